import { strict as assert } from 'node:assert';
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import nodeFetch from 'node-fetch';
import { createClient, readRow } from '../../src/taskrouter/client';
import type { Fetch, FetchResponse } from '../../src/taskrouter/fetch';
import { listRequest } from '../../src/taskrouter/requests';
import { taskReservations, tasks, workspaces } from '../../src/taskrouter/resources';
import {
  accept,
  assertClean,
  collectExchanges,
  conference,
  failureOf,
  summary,
  withoutWaiting,
} from './failures';
import type { Answering } from './loopback';
import { canary, clientOf, closeServers, json, overSockets, serve, username, wr, ws, wt } from './loopback';

const reservation = { sid: wr, reservation_status: 'accepted' };
const noTasks = { meta: { key: 'tasks', next_page_url: null }, tasks: [] };
const html: Answering = (_received, response) => {
  response.writeHead(200, { 'Content-Type': 'text/html' });
  response.end('<!doctype html><title>Welcome to Airport Wi-Fi</title>');
};

/** node-fetch through an agent of ours, for failures that only a connection can have. */
const through =
  (agent: http.Agent): Fetch =>
  (url, init) =>
    nodeFetch(url, { ...init, agent });

describe('the client, over real sockets', () => {
  afterEach(closeServers);

  /** What one update and one read end in; each must have arrived that often. */
  async function ends(
    answer: Answering,
    expected: { update: string; read: string; reads: number },
    fetch: Fetch = overSockets,
  ): Promise<void> {
    const deadline = 60_000;
    const { origin, received } = await serve(answer);
    const client = clientOf(origin, { fetch, deadline, onExchange: collectExchanges().onExchange });
    assert.equal(summary(await failureOf(client.update(conference))), expected.update);
    assert.equal(received.length, 1, 'an update is sent once');
    await withoutWaiting(deadline, async () => {
      assert.equal(summary(await failureOf(client.fetch(tasks, [ws, wt]))), expected.read);
    });
    assert.equal(received.length - 1, expected.reads, 'times that the read was tried');
  }

  describe('sends', () => {
    it('credentials and the Accept header with a read', async () => {
      const { origin, received } = await serve(json(noTasks));
      await clientOf(origin).list(tasks, [ws]);
      const { headers, method, target, body } = received[0]!;
      assert.equal(`${method} ${target} ${body}`, `GET /v1/Workspaces/${ws}/Tasks `);
      assert.equal(headers.authorization, 'Basic ' + btoa(`${username}:${canary}`));
      assert.equal(headers.accept, 'application/json');
      assert.match(headers['accept-encoding']!, /gzip/);
      assert.equal(headers['content-type'], undefined);
      assert.equal(headers['if-match'], undefined);
    });

    it('a form, its length and the unchanged ETag with an update', async () => {
      const { origin, received } = await serve(json(reservation));
      await clientOf(origin).update(accept);
      const { headers, method, target, body } = received[0]!;
      assert.equal(`${method} ${target}`, `POST /v1/Workspaces/${ws}/Tasks/${wt}/Reservations/${wr}`);
      assert.equal(body, 'ReservationStatus=accepted');
      assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
      assert.equal(headers['content-length'], '26');
      assert.equal(headers['if-match'], '"7"');
      assert.equal(headers.authorization, 'Basic ' + btoa(`${username}:${canary}`));
    });

    it('a password that is not Latin-1', async () => {
      const { origin, received } = await serve(json(noTasks));
      await createClient({ fetch: overSockets, origin, username, password: 'pä€😀' }).list(tasks, [ws]);
      const sent = Buffer.from(received[0]!.headers.authorization!.slice(6), 'base64').toString();
      assert.equal(sent, `${username}:pä€😀`);
    });

    it('page size and token unchanged', async () => {
      const { origin, received } = await serve(json(noTasks));
      await clientOf(origin).list(
        tasks,
        [ws],
        { assignmentStatus: ['reserved', 'pending'] },
        { pageSize: 1000, pageToken: 'PA/+=& ü' },
      );
      assert.equal(
        received[0]!.target.split('?')[1],
        'AssignmentStatus=reserved&AssignmentStatus=pending&PageSize=1000&PageToken=PA%2F%2B%3D%26%20%C3%BC',
      );
    });

    for (const pageSize of [0, 1001, 1.5, NaN, -1]) {
      it(`no page size of ${pageSize}`, () =>
        assert.throws(() => listRequest(tasks, [ws], {}, { pageSize }), RangeError));
    }

    it('no filter that the collection does not have', () =>
      assert.throws(() => listRequest(workspaces, [], { workerSid: 'x' } as never), TypeError));
  });

  describe('reads', () => {
    it('a resource, its ETag and the request’s id', async () => {
      const { origin } = await serve(json(reservation, 200, { ETag: '"8"', 'Twilio-Request-Id': 'RQ1' }));
      assert.deepEqual(await clientOf(origin).fetch(taskReservations, [ws, wt, wr]), {
        row: reservation,
        etag: '"8"',
      });
      assert.deepEqual(await clientOf(origin).update(accept), {
        row: reservation,
        etag: '"8"',
        status: 200,
        requestId: 'RQ1',
      });
    });

    it('JSON after a byte order mark, also in gzip', async () => {
      const text = '\ufeff' + JSON.stringify(reservation);
      for (const zipped of [false, true]) {
        const { origin } = await serve((_received, response) => {
          if (zipped) response.setHeader('Content-Encoding', 'gzip');
          response.end(zipped ? gzipSync(text) : text);
        });
        assert.deepEqual((await clientOf(origin).update(accept)).row, reservation);
      }
    });

    it('a byte order mark in text from an in-process fetch', async () => {
      const fetch: Fetch = () =>
        Promise.resolve({
          status: 200,
          headers: { get: () => null },
          body: chunks('\ufeff', JSON.stringify(reservation)),
        });
      const client = createClient({ fetch, origin: 'http://127.0.0.1:1', username, password: canary });
      assert.deepEqual((await client.update(accept)).row, reservation);
    });

    it('characters that are split between chunks', async () => {
      const bytes = Buffer.from(JSON.stringify({ ...reservation, worker_name: 'Zoë 😀' }));
      const { origin } = await serve((_received, response) => {
        const write = (i: number): void => {
          if (i === bytes.length) response.end();
          else response.write(bytes.subarray(i, i + 1), () => setImmediate(write, i + 1));
        };
        write(0);
      });
      assert.equal((await clientOf(origin).update(accept)).row['worker_name'], 'Zoë 😀');
    });

    it('no more than necessary of a response that is not a resource', async () => {
      for (const body of ['null', '[]', '5', '"WR"', '{}', '{"sid":7}']) {
        const { origin } = await serve(json(body));
        const error = await failureOf(clientOf(origin).update(accept));
        assert.equal(summary(error), 'ResponseShapeError 200 shape, unknown', body);
      }
    });

    it('no list when the response has none', async () => {
      const bodies = ['null', '[]', '5', '"x"', '{}', '{"tasks":null}', '{"tasks":{}}', '{"workers":[]}'];
      for (const body of [...bodies, '{"tasks":[],"meta":5}', '{"tasks":[],"meta":{"next_page_url":5}}']) {
        const { origin } = await serve(json(body));
        const error = await failureOf(clientOf(origin).list(tasks, [ws]));
        assert.equal(summary(error), 'ResponseShapeError 200 shape, unknown', body);
      }
    });
  });

  describe('a row', () => {
    const rowsOf = async (...rows: unknown[]) => {
      const { origin } = await serve(json({ tasks: rows, meta: {} }));
      return clientOf(origin).list(tasks, [ws]);
    };

    it('without a SID is counted, and the others are returned', async () => {
      const page = await rowsOf({ sid: wt }, null, 5, 'x', [], {}, { sid: 5 }, { sid: null }, { sid: wt });
      assert.deepEqual(page, { rows: [{ sid: wt }, { sid: wt }], unreadable: 7 });
    });

    it('retains fields that are not in the schema', async () => {
      const row = { sid: wt, attention: 0, nested: { a: [1] } };
      const page = await rowsOf(row);
      assert.deepEqual(readRow(tasks, page.rows[0]!), row);
    });

    it('retains an unknown status, and attributes that are not JSON', async () => {
      const row = { sid: wt, assignment_status: 'levitating', attributes: '{"__proto__":' };
      assert.deepEqual(readRow(tasks, (await rowsOf(row)).rows[0]!), row);
    });

    it('can have nothing but its SID, or null in every other field', async () => {
      const empty = { sid: wt, date_created: null, age: null, links: null, attributes: null };
      assert.deepEqual(readRow(tasks, (await rowsOf(empty)).rows[0]!), empty);
    });

    for (const bad of ['yesterday', '', '2024-13-45T00:00:00Z', 5, {}, true]) {
      it(`loses only the invalid date ${JSON.stringify(bad)}`, async () => {
        const page = await rowsOf({ sid: wt, date_created: bad }, { sid: wt });
        assert.deepEqual(
          page.rows.map((row) => readRow(tasks, row)),
          [{ sid: wt, date_created: undefined }, { sid: wt }],
        );
      });
    }

    for (const bad of [{ age: 'old' }, { priority: 1.5 }, { attributes: {} }, { links: 'x' }]) {
      it(`marks ${JSON.stringify(bad)} as malformed`, async () => {
        const [row] = (await rowsOf({ sid: wt, reason: 'kept', ...bad })).rows;
        assert.deepEqual(tasks.malformed(row!), Object.keys(bad));
        assert.equal(tasks.read(row!).reason, 'kept');
      });
    }
  });

  describe('reports a refusal', () => {
    const notDone = [400, 401, 403, 404, 405, 409, 412, 413, 422, 429, 499];
    for (const status of [...notDone, 500, 502, 503, 504, 599]) {
      it(String(status), async () => {
        const body = { code: 20001, message: 'No.', more_info: 'https://example.com', status };
        const isGateways = [408, 421, 425, 460, 499].includes(status);
        const outcome = status < 500 && !isGateways ? 'not done' : 'unknown';
        const what = `ApiError ${status} (20001), ${outcome}`;
        const reads = status >= 500 || status === 429 ? 3 : 1;
        await ends(json(body, status), { update: what, read: what, reads });
      });
    }

    const refusal = async (body: unknown, status = 404) => {
      const { origin } = await serve(json(body, status, { 'Twilio-Request-Id': 'RQ2' }));
      return failureOf(clientOf(origin).update(accept));
    };

    it('in Twilio’s words', async () => {
      const message = 'Reservation is already in state [accepted] and cannot be updated to [accepted]';
      const error = await refusal({ code: 20001, message, more_info: 'https://m', status: 400 }, 400);
      assert.ok(error.name === 'ApiError');
      const { status, code, detail, requestId } = error;
      assert.deepEqual([status, code, detail, requestId], [400, 20001, message, 'RQ2']);
      assert.equal(error.message, `400 to POST ${accept.path} (20001)`);
    });

    it('beside 200,000 texts that nobody reads', async () => {
      const errors = Array.from({ length: 200_000 }, () => 'AAAABBBBCCCC');
      const error = await refusal({ code: 20001, message: 'No.', errors, status: 400 }, 400);
      assert.ok(error.name === 'ApiError');
      assert.equal(error.detail, 'No.');
    });

    it('in the form of RFC 9457', async () => {
      const error = await refusal({
        type: 'https://www.twilio.com/docs/api/errors/20404',
        title: 'Not found',
        status: 404,
        detail: 'There is no such reservation.',
        instance: 'x',
        code: 20404,
        errors: [],
      });
      assert.ok(error.name === 'ApiError');
      assert.deepEqual(
        [error.status, error.code, error.detail],
        [404, 20404, 'There is no such reservation.'],
      );
    });

    it('with a title only', async () => {
      const error = await refusal({ type: 'about:blank', title: 'Not found', status: 404 });
      assert.ok(error.name === 'ApiError');
      assert.deepEqual([error.code, error.detail], [undefined, 'Not found']);
    });

    it('with nulls for unknown fields', async () => {
      const error = await refusal({
        code: null,
        message: 'Gone.',
        more_info: null,
        detail: null,
        status: 404,
      });
      assert.ok(error.name === 'ApiError');
      assert.deepEqual([error.code, error.detail], [undefined, 'Gone.']);
    });

    // A gateway writes the status, or a number or name of its own.
    for (const code of [
      429,
      404,
      1,
      0,
      -20001,
      9999,
      100_000,
      1_020_001,
      20001.5,
      1e300,
      '20001',
      [20001],
      true,
    ]) {
      it(`but not with the code ${JSON.stringify(code)}, which is not one of Twilio’s`, async () => {
        for (const status of [401, 404, 429]) {
          const error = await refusal({ code, message: 'API rate limit exceeded', status }, status);
          assert.equal(summary(error), `ApiError ${status}, unknown`);
        }
      });
    }

    for (const code of [10_000, 20_001, 70_051, 99_999]) {
      it(`with the code ${code}`, async () => {
        const error = await refusal({ code, message: 'No.' }, 429);
        assert.equal(summary(error), `ApiError 429 (${code}), not done`);
      });
    }

    for (const body of ['{}', 'null', '"no"', '[]', '{"message":5}', '{"error":"x"}']) {
      it(`but not from another server: ${body}`, async () => {
        const error = await refusal(body);
        assert.equal(summary(error), 'ResponseShapeError 404 not-json, unknown');
      });
    }
  });

  describe('a redirect is an error and is not followed', () => {
    // A server on this machine is reached directly, Twilio with node-fetch.
    for (const [how, fetch] of [
      ['directly', overSockets],
      ['with node-fetch', nodeFetch as Fetch],
    ] as const) {
      for (const status of [300, 301, 302, 303, 304, 307, 308]) {
        it(`${status} ${how}`, async () => {
          const elsewhere = await serve(json(reservation));
          const failure = `ResponseShapeError ${status} redirect, unknown`;
          const answer: Answering = (_received, response) => {
            response.writeHead(status, { Location: elsewhere.origin + '/v1/Workspaces' });
            response.end();
          };
          await ends(answer, { update: failure, read: failure, reads: 1 }, fetch);
          assert.equal(elsewhere.received.length, 0);
        });
      }
    }
  });

  describe('a response that is not from TaskRouter', () => {
    const page =
      (status: number): Answering =>
      (_received, response) => {
        response.writeHead(status, { 'Content-Type': 'text/html' });
        response.end('<html><body><h1>Proxy</h1></body></html>');
      };

    it('a portal’s page', () => {
      const what = 'ResponseShapeError 200 not-json, unknown';
      return ends(html, { update: what, read: what, reads: 1 });
    });
    for (const status of [401, 403, 404, 407, 418]) {
      it(`a proxy’s ${status}`, () => {
        const what = `ResponseShapeError ${status} not-json, unknown`;
        return ends(page(status), { update: what, read: what, reads: 1 });
      });
    }
    for (const status of [500, 502, 503]) {
      it(`a gateway’s ${status}`, () => {
        const what = `ApiError ${status}, unknown`;
        return ends(page(status), { update: what, read: what, reads: 3 });
      });
    }
    it('a 429 in HTML', () =>
      ends(page(429), { update: 'ApiError 429, unknown', read: 'ApiError 429, unknown', reads: 3 }));
    for (const upgrade of ['Upgrade: websocket\r\nConnection: Upgrade\r\n', ''])
      it(`101 ${upgrade ? 'with' : 'without'} an upgrade`, () => {
        const what = 'ResponseShapeError 101 not-json, unknown';
        const answer: Answering = (_received, { socket }) =>
          socket!.end(`HTTP/1.1 101 Switching Protocols\r\n${upgrade}\r\n`);
        return ends(answer, { update: what, read: what, reads: 1 });
      });
    for (const body of ['', ' ', '{', '{"sid":"WR', '{"sid":"x"}}', 'undefined', '\u0000']) {
      it(`200 with ${JSON.stringify(body) || 'nothing'}`, () => {
        const what = 'ResponseShapeError 200 not-json, unknown';
        return ends(json(body), { update: what, read: what, reads: 1 });
      });
    }
  });

  describe('a connection that breaks', () => {
    const reset = {
      update: 'ConnectionError ECONNRESET, unknown',
      read: 'ConnectionError ECONNRESET, unknown',
    };

    it('before the response', () => ends((_r, response) => response.destroy(), { ...reset, reads: 3 }));

    it('before the response, by a reset', () =>
      ends((_r, response) => response.socket!.resetAndDestroy(), { ...reset, reads: 3 }));

    it('in the middle of a body of known length', () => {
      const what = 'ConnectionError ERR_STREAM_PREMATURE_CLOSE, unknown';
      const answer: Answering = (_received, response) => {
        response.writeHead(200, { 'Content-Length': 1000 });
        response.write('{"sid":"WR', () => response.destroy());
      };
      return ends(answer, { update: what, read: what, reads: 3 }).catch(async (error: unknown) => {
        // Node names it by what it notices first.
        if (!String(error).includes('ECONNRESET')) throw error;
        await ends(answer, { ...reset, reads: 3 });
      });
    });

    it('in the middle of a chunked body', async () => {
      const { origin, received } = await serve((_received, response) => {
        response.writeHead(200);
        response.write('{"sid":', () => response.destroy());
      });
      const error = await failureOf(clientOf(origin).update(conference));
      assert.ok(error.name === 'ConnectionError' && error.mayHaveArrived);
      assert.equal(received.length, 1);
    });

    it('in the middle of a gzip body whose bytes all arrived', async () => {
      const zipped = gzipSync(JSON.stringify(reservation));
      const { origin } = await serve((_received, response) => {
        response.writeHead(200, { 'Content-Encoding': 'gzip' });
        response.end(zipped.subarray(0, zipped.length - 12));
      });
      const error = await failureOf(clientOf(origin).update(conference));
      assert.match(summary(error), /, unknown$/);
    });

    it('never made: connection refused', async () => {
      const { origin } = await serve(html);
      closeServers();
      const error = await failureOf(clientOf(origin).update(conference));
      assert.equal(summary(error), 'ConnectionError ECONNREFUSED, not done');
    });

    for (const [code, outcome] of [
      ['ENOTFOUND', 'not done'],
      ['EAI_AGAIN', 'not done'],
      ['EHOSTUNREACH', 'not done'],
      ['ENETUNREACH', 'not done'],
      ['CERT_HAS_EXPIRED', 'not done'],
      ['DEPTH_ZERO_SELF_SIGNED_CERT', 'not done'],
      ['ERR_TLS_CERT_ALTNAME_INVALID', 'not done'],
      ['EPIPE', 'unknown'],
      ['ETIMEDOUT', 'unknown'],
      ['ECONNRESET', 'unknown'],
    ] as const) {
      it(`never made: ${code}`, async () => {
        const agent = new http.Agent({
          lookup: (_host, _options, done) => done(Object.assign(new Error(code), { code }), ''),
        });
        const client = clientOf('http://localhost:9', { fetch: through(agent) });
        const error = await failureOf(client.update(conference));
        assert.equal(summary(error), `ConnectionError ${code}, ${outcome}`);
      });
    }

    it('for a reason without a code', async () => {
      const client = clientOf('http://127.0.0.1:9', { fetch: () => Promise.reject(new Error('?')) });
      assert.equal(summary(await failureOf(client.update(accept))), 'ConnectionError UNKNOWN, unknown');
    });
  });

  describe('one deadline', () => {
    /** Ends by the deadline, after one try; nothing of the connection is left. */
    async function passes(answer: Answering): Promise<void> {
      let closed: Promise<unknown> | undefined;
      const { origin, received } = await serve((one, response, request) => {
        closed = new Promise((resolve) => request.socket.once('close', resolve));
        answer(one, response, request);
      });
      const client = clientOf(origin, { deadline: 60 });
      const read = await failureOf(client.list(tasks, [ws]));
      assert.equal(summary(read), 'ConnectionError TIMEOUT, unknown');
      await closed;
      assert.equal(summary(await failureOf(client.update(conference))), 'ConnectionError TIMEOUT, unknown');
      await closed;
      assert.equal(received.length, 2);
    }

    it('covers connecting', async () => {
      let asked: string | undefined;
      const agent = new http.Agent({ lookup: (host) => (asked = host) });
      const client = clientOf('http://localhost:9', { fetch: through(agent), deadline: 60 });
      const error = await failureOf(client.update(conference));
      assert.equal(summary(error), 'ConnectionError TIMEOUT, unknown');
      assert.equal(asked, 'localhost');
    });

    it('covers headers that never come', () => passes(() => {}));

    it('covers a body that never comes', () => passes((_received, response) => response.flushHeaders()));

    it('covers a body that stops', () => passes((_received, response) => response.write('{"tasks":[')));

    it('covers a body that arrives slowly', () =>
      passes((_received, response) => {
        response.write('{"tasks":[');
        const drip = setInterval(() => response.write(' '), 5);
        response.on('close', () => clearInterval(drip));
      }));

    it('covers a gzip body that stops', () =>
      passes((_received, response) => {
        response.writeHead(200, { 'Content-Encoding': 'gzip' });
        response.write(gzipSync(JSON.stringify(noTasks)).subarray(0, 20));
      }));

    it('covers an upgrade that node-fetch ignores', async () => {
      const { origin } = await serve((_received, { socket }) =>
        socket!.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
      );
      const client = clientOf(origin, { fetch: through(new http.Agent()), deadline: 60 });
      for (const request of [client.list(tasks, [ws]), client.update(conference)])
        assert.equal(summary(await failureOf(request)), 'ConnectionError TIMEOUT, unknown');
    });

    for (const [what, fetch] of Object.entries({
      'a fetch': () => new Promise<FetchResponse>(() => {}),
      'a body': () =>
        Promise.resolve({
          status: 200,
          headers: { get: () => null },
          body: { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) },
        }),
    }))
      it(`covers ${what} that ignores its signal`, async () => {
        const client = clientOf('http://localhost:9', { fetch, deadline: 20 });
        for (const request of [client.list(tasks, [ws]), client.update(conference)])
          assert.equal(summary(await failureOf(request)), 'ConnectionError TIMEOUT, unknown');
      });

    it('covers the retries of a read', async () => {
      const { origin, received } = await serve((one, response, request) => {
        if (received.length < 2) json({ message: 'Busy.' }, 503)(one, response, request);
      });
      const { exchanges, onExchange } = collectExchanges();
      const client = clientOf(origin, { deadline: 500, onExchange });
      const error = await failureOf(client.list(tasks, [ws]));
      assert.match(summary(error), /^(ConnectionError TIMEOUT|ApiError 503), unknown$/);
      assert.equal(exchanges[0]!.status, 503);
    });

    it('leaves no timer and no listener', async () => {
      const { origin } = await serve(json(noTasks));
      const controller = new AbortController();
      const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
      let listeners = 0;
      const { signal } = controller;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      Object.assign(signal, {
        addEventListener: (...args: Parameters<typeof add>) => (listeners++, add(...args)),
        removeEventListener: (...args: Parameters<typeof remove>) => (listeners--, remove(...args)),
      });
      const before = timers();
      for (let i = 0; i < 20; i++) await clientOf(origin).list(tasks, [ws], {}, {}, signal);
      assert.equal(listeners, 0);
      // Node's own timers for idle sockets may be among them; ours were twenty.
      assert.ok(timers() - before < 5, `${timers() - before} timers`);
    });
  });

  describe('8 MiB', () => {
    const cap = 8 * 1024 * 1024;
    const filled = (bytes: number) => `{"sid":"${wr}","x":"`.padEnd(bytes - 2, 'x') + '"}';

    it('are read', async () => {
      const { origin } = await serve(json(filled(cap)));
      assert.equal((await clientOf(origin).update(accept)).row.sid, wr);
    });

    it('and one byte are refused', () => {
      const what = 'ResponseShapeError 200 too-large, unknown';
      return ends(json(filled(cap + 1)), { update: what, read: what, reads: 1 });
    });

    it('end the connection when a body never ends', async () => {
      let closed: Promise<unknown> | undefined;
      const block = Buffer.alloc(64 * 1024, ' ');
      const { origin } = await serve((_received, response) => {
        closed = new Promise((resolve) => response.once('close', resolve));
        const more = () => {
          while (response.write(block));
        };
        response.on('drain', more);
        more();
      });
      const error = await failureOf(clientOf(origin).update(conference));
      assert.equal(summary(error), 'ResponseShapeError 200 too-large, unknown');
      await closed;
    });

    it('are counted after decompression: 100 MB in 100 kB', async () => {
      const bomb = gzipSync(Buffer.alloc(100_000_000, ' '));
      assert.ok(bomb.length < 100_000);
      const { origin } = await serve((_received, response) => {
        response.writeHead(200, { 'Content-Encoding': 'gzip' });
        response.end(bomb);
      });
      const error = await failureOf(clientOf(origin).update(conference));
      assert.equal(summary(error), 'ResponseShapeError 200 too-large, unknown');
    });

    it('limit refusals and redirects too', async () => {
      for (const status of [302, 404, 500]) {
        const { origin } = await serve(json(filled(cap + 1), status));
        const error = await failureOf(clientOf(origin).update(conference));
        assert.match(summary(error), new RegExp(`^ResponseShapeError ${status} (too-large|redirect), `));
      }
    });
  });

  describe('400,000 values', () => {
    const repeated = (text: string, count: number) => Array<string>(count).fill(text).join(',');
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    /** About 6 MB each. */
    const shapes = {
      'nested lists': nested(3_000_000),
      'nested objects': '{"a":'.repeat(1_000_000) + '1' + '}'.repeat(1_000_000),
      'many lists': `[${repeated('[]', 2_000_000)}]`,
      'many nested lists': `[${repeated(nested(40), 75_000)}]`,
      'many objects': `[${repeated('{"a":1}', 750_000)}]`,
      'many numbers': `[${repeated('1', 3_000_000)}]`,
      'many names': `{${repeated('"a":1', 1_000_000)}}`,
      'an escaped backslash before them': `["\\\\",${repeated('1', 3_000_000)}]`,
    };
    for (const [name, x] of Object.entries(shapes))
      for (const status of [200, 404])
        it(`and more are not parsed: ${name}, ${status}`, async () => {
          const { parse } = JSON;
          let parsed = 0;
          JSON.parse = (text: string, ...rest: []) => {
            if (text.length > 1_000_000) parsed++;
            return parse(text, ...rest) as unknown;
          };
          try {
            const { origin } = await serve(json(`{"sid":"${wr}","x":${x}}`, status));
            const error = await failureOf(clientOf(origin).update(accept));
            assert.equal(summary(error), `ResponseShapeError ${status} too-large, unknown`);
            assert.match(String(error), /more than 400,000 values/);
            assert.equal(parsed, 0);
          } finally {
            JSON.parse = parse;
          }
        });

    it('are counted outside of texts: attributes may be long', async () => {
      for (const text of ['[{,'.repeat(2_000_000), '\\"[{,'.repeat(1_000_000), '\\\\'.repeat(1_500_000)]) {
        const { origin } = await serve(json(`{"sid":"${wr}","attributes":"${text}"}`));
        assert.equal((await clientOf(origin).update(accept)).row.sid, wr);
      }
    });

    it('are more than a page of 1,000 Events has', async () => {
      const fields = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`field_${i}`, null]));
      const { origin } = await serve(json(JSON.stringify({ sid: wr, rows: Array(1000).fill(fields) })));
      assert.equal((await clientOf(origin).update(accept)).row.sid, wr);
    });
  });

  describe('a retry', () => {
    const deadline = 60_000;
    const refused = (status: number, headers = {}) => json({ code: 20001, message: 'No.' }, status, headers);

    /** A read against a server that refuses the first `times` with `refusal`. */
    async function retried(times: number, refusal: Answering) {
      const { origin, received } = await serve((one, response, request) =>
        (received.length <= times ? refusal : json(noTasks))(one, response, request),
      );
      const { exchanges, onExchange } = collectExchanges();
      const client = clientOf(origin, { deadline, onExchange });
      let failure: string | undefined;
      const waits = await withoutWaiting(deadline, () =>
        client.list(tasks, [ws]).then(
          () => {},
          async (error: Error) => {
            failure = summary(await failureOf(Promise.reject(error)));
          },
        ),
      );
      return { failure, waits, tries: received.length, attempts: exchanges.map(({ attempt }) => attempt) };
    }

    for (const times of [1, 2]) {
      it(`of a read succeeds after ${times} failed`, async () => {
        const { failure, waits, attempts } = await retried(times, refused(503));
        assert.equal(failure, undefined);
        assert.equal(waits.length, times);
        assert.deepEqual(attempts, [1, 2, 3].slice(0, times + 1));
        for (const [i, wait] of waits.entries())
          assert.ok(wait >= 0 && wait <= 200 * 2 ** (i + 1), `${wait}`);
      });
    }

    it('of a read happens twice at most', async () => {
      const { failure, tries } = await retried(3, refused(503));
      assert.equal(failure, 'ApiError 503 (20001), unknown');
      assert.equal(tries, 3);
    });

    for (const [header, wait] of [
      ['1', 1000],
      ['7', 7000],
      ['0', 1000],
      ['59', 59_000],
    ] as const) {
      it(`waits for Retry-After: ${header}`, async () => {
        const { failure, waits } = await retried(1, refused(429, { 'Retry-After': header }));
        assert.equal(failure, undefined);
        assert.deepEqual(waits, [wait]);
      });
    }

    it('waits for a Retry-After that is a date', async () => {
      const at = new Date(Date.now() + 30_000).toUTCString();
      const { failure, waits } = await retried(1, refused(503, { 'Retry-After': at }));
      assert.equal(failure, undefined);
      assert.ok(waits[0]! > 20_000 && waits[0]! <= 30_000, `${waits[0]}`);
    });

    for (const header of ['61', '300', '999999999', new Date(Date.now() + 3_600_000).toUTCString()]) {
      it(`does not happen after the deadline: ${header}`, async () => {
        const { failure, waits, tries } = await retried(1, refused(429, { 'Retry-After': header }));
        assert.equal(failure, 'ApiError 429 (20001), not done');
        assert.deepEqual(waits, []);
        assert.equal(tries, 1);
      });
    }

    for (const header of ['soon', '', '-5', '1.5.2', new Date(0).toUTCString()]) {
      it(`waits by its own rule for Retry-After: ${header || 'nothing'}`, async () => {
        const { failure, waits } = await retried(1, refused(429, { 'Retry-After': header }));
        assert.equal(failure, undefined);
        assert.ok(waits.length === 1 && waits[0]! <= 400, String(waits));
      });
    }

    it('waits at most five minutes, within the deadline', async () => {
      const { origin, received } = await serve((one, response, request) =>
        (received.length === 1 ? refused(429, { 'Retry-After': '86400' }) : json(noTasks))(
          one,
          response,
          request,
        ),
      );
      const client = clientOf(origin, { deadline: 999_999 });
      const waits = await withoutWaiting(999_999, async () => {
        await client.list(tasks, [ws]);
      });
      assert.deepEqual(waits, [300_000]);
    });

    it('reports each exchange, without query and body', async () => {
      const headers = {
        'Twilio-Request-Id': 'RQ3',
        Date: 'Mon, 05 Jan 2026 09:00:07 GMT',
        'X-Rate-Limit-Remaining': '12',
        'Retry-After': '3',
      };
      const { origin } = await serve(json(noTasks, 200, headers));
      const { exchanges, onExchange } = collectExchanges();
      await clientOf(origin, { onExchange }).list(tasks, [ws], { workflowName: 'secret-looking' });
      const { method, path, status, requestId, attempt, milliseconds } = exchanges[0]!;
      assert.deepEqual([method, path, status], ['GET', `/v1/Workspaces/${ws}/Tasks`, 200]);
      assert.deepEqual([requestId, attempt], ['RQ3', 1]);
      assert.ok(milliseconds >= 0);
      assert.ok(!JSON.stringify(exchanges).includes('secret-looking'));
    });
  });

  describe('aborting', () => {
    const nothing: Answering = () => {};

    it('before the start sends nothing', async () => {
      const { origin, received } = await serve(nothing);
      const error = await failureOf(clientOf(origin).send(conference, AbortSignal.abort()));
      assert.equal(summary(error), 'ConnectionError NOT_SENT, not done');
      assert.equal(received.length, 0);
    });

    it('in flight leaves the outcome unknown', async () => {
      const controller = new AbortController();
      const { origin, received } = await serve(() => controller.abort());
      const error = await failureOf(clientOf(origin).send(conference, controller.signal));
      assert.equal(summary(error), 'ConnectionError CANCELED, unknown');
      assert.equal(received.length, 1);
    });

    it('while a read waits to retry ends the retries', async () => {
      const controller = new AbortController();
      const { origin, received } = await serve(json({ message: 'Busy.' }, 503, { 'Retry-After': '5' }));
      const client = clientOf(origin, { onExchange: () => setImmediate(() => controller.abort()) });
      const error = await failureOf(client.list(tasks, [ws], {}, {}, controller.signal));
      assert.equal(summary(error), 'ApiError 503, unknown');
      assert.equal(received.length, 1);
    });

    it('in the queue behind eight others sends nothing, and the others continue', async () => {
      const held: (() => void)[] = [];
      let eight: () => void = () => {};
      const full = new Promise<void>((resolve) => (eight = resolve));
      const { origin, received } = await serve((one, response, request) => {
        held.push(() => json(noTasks)(one, response, request));
        if (held.length === 8) eight();
        if (held.length > 8) held.pop()!();
      });
      const client = clientOf(origin);
      const reads = Array.from({ length: 8 }, () => client.list(tasks, [ws]));
      await full;
      const controller = new AbortController();
      const queued = client.update(conference, controller.signal);
      const last = client.list(tasks, [ws]);
      controller.abort();
      assert.equal(summary(await failureOf(queued)), 'ConnectionError NOT_SENT, not done');
      for (const release of held) release();
      await Promise.all([...reads, last]);
      assert.equal(received.filter(({ method }) => method === 'POST').length, 0);
      assert.equal(received.length, 9);
    });
  });

  describe('at most eight at a time', () => {
    /** Holds what arrives, and tells how many are held once `count` are. */
    async function holding() {
      const held: (() => void)[] = [];
      const waiting: { count: number; resolve: () => void }[] = [];
      let most = 0;
      const server = await serve((one, response, request) => {
        if (one.target === '/barrier') return void response.end();
        held.push(() => {
          held.splice(held.indexOf(release), 1);
          json(noTasks)(one, response, request);
        });
        const release = held.at(-1)!;
        most = Math.max(most, held.length);
        for (const one of waiting) if (held.length >= one.count) one.resolve();
      });
      return {
        ...server,
        held,
        most: () => most,
        /** When this many are held; and a later request has come and gone, so no other is on its way. */
        count: async (count: number) => {
          if (held.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
          await overSockets(server.origin + '/barrier', { method: 'GET', headers: {}, redirect: 'manual' });
          assert.equal(held.length, count);
        },
      };
    }

    it('and the ninth when one has finished', async () => {
      const { origin, held, most, count } = await holding();
      const client = clientOf(origin);
      const reads = Array.from({ length: 20 }, () => client.list(tasks, [ws]));
      await count(8);
      held[0]!();
      await count(8);
      let left = 20 - 1;
      while (left > 0) {
        await count(Math.min(8, left));
        held[0]!();
        left--;
      }
      await Promise.all(reads);
      assert.equal(most(), 8);
    });

    it('four after a 429, and one more after every ten good answers', async () => {
      const gate = await holding();
      let refuse = true;
      const fetch: Fetch = (url, init) =>
        refuse
          ? Promise.resolve({
              status: 429,
              headers: { get: () => null },
              body: chunks('{"code":20429,"message":"Too many."}'),
            })
          : overSockets(url, init);
      const client = clientOf(gate.origin, { fetch });
      assert.equal(summary(await failureOf(client.update(accept))), 'ApiError 429 (20429), not done');
      refuse = false;
      for (const ceiling of [4, 5, 6, 7, 8, 8]) {
        const reads = Array.from({ length: 10 }, () => client.list(tasks, [ws]));
        await gate.count(ceiling);
        for (let done = 0; done < 10; done++) {
          while (gate.held.length === 0) await new Promise((resolve) => setImmediate(resolve));
          gate.held[0]!();
        }
        await Promise.all(reads);
      }
      assert.equal(gate.most(), 8);
    });
  });

  it('never exposes its password', async () => {
    const client = clientOf('http://127.0.0.1:9');
    assertClean(client);
    assertClean(conference.path);
    for (const origin of [
      'https://evil.example',
      'http://taskrouter.twilio.com',
      'https://taskrouter.twilio.com/',
    ]) {
      assert.throws(
        () => clientOf(origin),
        (error) => {
          assert.ok(error instanceof TypeError);
          assertClean(error);
          return true;
        },
      );
    }
    const unencodable = clientOf('http://127.0.0.1:9').update({ ...accept, ifMatch: 'a\nb' });
    assertClean(await failureOf(unencodable));
    const { origin } = await serve(html);
    closeServers();
    assertClean(await failureOf(clientOf(origin).update(conference)));
  });
});

async function* chunks(...texts: string[]): AsyncGenerator<string> {
  for (const text of texts) yield await Promise.resolve(text);
}
