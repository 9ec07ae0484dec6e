import type { RequestListener } from 'node:http';
import type { FailureKind } from '../../src/callbacks/loopback';

interface Fault {
  readonly application: RequestListener;
  readonly failure?: FailureKind;
  /** What the problem says. */
  readonly says: RegExp;
}

const html: RequestListener = (_request, response) => {
  response.setHeader('Content-Type', 'text/html; charset=utf-8').end('<p>Not found</p>');
};

/** What TaskRouter does not process: it calls the fallback, and cancels the reservation when that fails as well. */
export const faults: Readonly<Record<string, Fault>> = {
  reset: { application: (request) => void request.socket.destroy(), failure: 'reset', says: /closed/ },
  'half a body': {
    application: (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
      response.write('{"instruction":', () => response.destroy());
    },
    failure: 'half a body',
    says: /middle of the body/,
  },
  'a redirect': {
    application: (_request, response) => void response.writeHead(302, { Location: '/elsewhere' }).end(),
    says: /302 redirects to \/elsewhere/,
  },
  'a redirect elsewhere': {
    application: (_request, response) =>
      void response.writeHead(307, { Location: 'https://example.invalid/' }).end(),
    says: /307 redirects/,
  },
  'a redirect with an escape sequence': {
    application: (request) =>
      void request.socket.end('HTTP/1.1 302 Found\r\nLocation: /\x1b[31m\r\nContent-Length: 0\r\n\r\n'),
    failure: 'not HTTP',
    says: /not valid HTTP.*control characters/,
  },
  'an error': { application: (_request, response) => void response.writeHead(500).end(), says: /500/ },
  'no content': { application: (_request, response) => void response.writeHead(204).end(), says: /204/ },
  HTML: { application: html, says: /Content-Type is text\/html/ },
  'an empty body without a type': {
    application: (_request, response) => void response.end(),
    says: /Content-Type is missing/,
  },
  'ten megabytes': {
    application: (_request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.on('error', () => undefined);
      response.end(Buffer.alloc(10_000_000, ' '));
    },
    failure: 'too large',
    says: /64 kB/,
  },
  'a header of 20 kB': {
    application: (_request, response) =>
      void response
        .writeHead(200, { 'Content-Type': 'application/json', 'X-Large': 'x'.repeat(20_000) })
        .end(),
    failure: 'too large headers',
    says: /headers are larger than 16 kB/,
  },
  'another protocol': {
    application: (request) => void request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
    failure: 'not HTTP',
    says: /not valid HTTP/,
  },
  'an upgrade': {
    application: (request) =>
      void request.socket.end('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    failure: 'not HTTP',
    says: /not valid HTTP/,
  },
};
