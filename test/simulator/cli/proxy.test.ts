import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, NameConstraints, id_ce_nameConstraints } from '@peculiar/asn1-x509';
import { createCertificates } from '../../../src/simulator/cli/certificates';
import type { Proxy } from '../../../src/simulator/cli/proxy';
import { proxiedOrigin, serveProxy } from '../../../src/simulator/cli/proxy';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import { quiet } from '../driver';

const run = promisify(execFile);
const host = 'taskrouter.twilio.com';

describe('the proxy', function () {
  this.timeout(30_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'proxy-'));
  const ca = path.join(folder, 'ca.pem');
  const simulator = createSimulator({ clock: manualClock(), scenario: quiet() });
  const { accountSid, authToken, apiKeySid, apiKeySecret } = simulator;
  const lines: string[] = [];
  let proxy: Proxy;
  before(async () => {
    proxy = await serveProxy(
      0,
      simulator.listener(proxiedOrigin, (line) => lines.push(line)),
    );
    writeFileSync(ca, proxy.ca);
  });
  after(async () => {
    await proxy.close();
    simulator.stop();
    rmSync(folder, { recursive: true });
  });

  const env = (more: Record<string, string>) => ({ PATH: process.env['PATH'], HOME: folder, ...more });

  describe('connects an unmodified client to the simulator:', () => {
    it('curl', async () => {
      const { stdout } = await run(
        'curl',
        ['-q', '-sS', '-u', `${apiKeySid}:${apiKeySecret}`, `https://${host}/v1/Workspaces`],
        { env: env({ HTTPS_PROXY: proxy.url, CURL_CA_BUNDLE: ca }) },
      );
      const { workspaces, meta } = JSON.parse(stdout) as {
        workspaces: { friendly_name: string }[];
        meta: { url: string };
      };
      assert.equal(workspaces[0]!.friendly_name, 'Quiet');
      assert.equal(meta.url, `https://${host}/v1/Workspaces?PageSize=50&Page=0`);
      assert.match(lines.at(-1)!, /^GET \/v1\/Workspaces 200 /);
    });

    it('the Node.js helper library', async () => {
      const script = `
        const client = require('twilio')('${accountSid}', '${authToken}');
        client.taskrouter.v1.workspaces.list().then(([{ friendlyName }]) => console.log(friendlyName));`;
      const { stdout } = await run(process.execPath, ['-e', script], {
        env: env({ HTTP_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: ca }),
      });
      assert.equal(stdout, 'Quiet\n');
    });

    it('the Python helper library, where it is installed', async function () {
      const python = (args: string[], more: Record<string, string> = {}) =>
        run('python3', args, { env: { ...process.env, ...more } });
      if (
        await python(['-c', 'import twilio']).then(
          () => false,
          () => true,
        )
      )
        this.skip();
      const script = `
from twilio.rest import Client
client = Client('${accountSid}', '${authToken}')
client.http_client.session.verify = '${ca}'
print(client.taskrouter.v1.workspaces.list()[0].friendly_name)`;
      const { stdout } = await python(['-c', script], { HTTPS_PROXY: proxy.url });
      assert.equal(stdout.trim(), 'Quiet');
    });
  });

  it('is not trusted by default', async () => {
    const failed = run('curl', ['-q', '-sS', `https://${host}/v1/Workspaces`], {
      env: env({ HTTPS_PROXY: proxy.url }),
    });
    await assert.rejects(failed, /certificate/i);
  });

  /** Sends a CONNECT; the status, and the socket when there is a tunnel. */
  function tunnelTo(target: string) {
    return new Promise<{ status: number | undefined; socket: Socket }>((resolve, reject) => {
      const { hostname, port } = new URL(proxy.url);
      const request = http.request({ host: hostname, port, method: 'CONNECT', path: target });
      request.on('connect', ({ statusCode }, socket: Socket) => resolve({ status: statusCode, socket }));
      request.on('error', reject).end();
    });
  }

  for (const target of [
    'api.twilio.com:443',
    'taskrouter.dublin.ie1.twilio.com:443',
    'taskrouter.twilio.com.example.com:443',
    'taskrouter.twilio.com:80',
    'taskrouter.twilio.com',
    '127.0.0.1:443',
    'localhost:22',
  ]) {
    it(`refuses a tunnel to ${target}`, async () => {
      const { status, socket } = await tunnelTo(target);
      assert.equal(status, 403);
      socket.destroy();
    });
  }

  for (const [title, target] of [
    ['a plain request for the host', 'http://taskrouter.twilio.com/v1/Workspaces'],
    ['a plain request for another host', 'http://example.com/'],
    ['a request for itself', '/v1/Workspaces'],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const { hostname, port } = new URL(proxy.url);
      const before = simulator.requests.length;
      const status = await new Promise((resolve, reject) => {
        const request = http.request({
          host: hostname,
          port,
          path: target,
          auth: `${accountSid}:${authToken}`,
        });
        request.on('response', (response) => resolve(response.resume().statusCode));
        request.on('error', reject).end();
      });
      assert.equal(status, 403);
      assert.equal(simulator.requests.length, before);
    });
  }

  /** Status of a request through a tunnel, with these headers. */
  async function through(headers: Record<string, string>): Promise<number | undefined> {
    const { socket } = await tunnelTo(`${host}:443`);
    const secure = tls.connect({ socket, servername: host, ca: proxy.ca });
    return new Promise((resolve, reject) => {
      const request = http.request({
        createConnection: () => secure,
        path: '/v1/Workspaces',
        headers,
        auth: `${accountSid}:${authToken}`,
      });
      request.on('response', (response) => {
        response.resume().on('end', () => secure.destroy());
        resolve(response.statusCode);
      });
      request.on('error', reject).end();
    });
  }

  for (const [title, headers, status] of [
    ['its host', { host }, 200],
    ['its host and port', { host: `${host}:443` }, 200],
    ['another host', { host: 'api.twilio.com' }, 403],
    ['a loopback host', { host: '127.0.0.1' }, 403],
    ['an Origin', { host, origin: 'https://example.com' }, 403],
    ['a Referer', { host, referer: 'https://example.com/' }, 403],
    ['Sec-Fetch-Site', { host, 'sec-fetch-site': 'cross-site' }, 403],
  ] as const) {
    it(`responds ${status} in a tunnel to a request with ${title}`, async () => {
      assert.equal(await through(headers), status);
    });
  }

  it('survives clients that do not use TLS, or disconnect', async () => {
    for (const sent of ['GET / HTTP/1.1\r\n\r\n', '\u0016\u0003\u0001', '']) {
      const { socket } = await tunnelTo(`${host}:443`);
      socket.on('error', () => undefined);
      socket.write(sent, () => socket.resetAndDestroy());
    }
    const half = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    half.write(`CONNECT ${host}:443 HTTP/1.1\r\n`, () => half.resetAndDestroy());
    assert.equal(await through({ host }), 200);
  });

  it('closes with its tunnels', async () => {
    const second = await serveProxy(0, simulator.listener(proxiedOrigin));
    const first = proxy;
    proxy = second;
    const { socket } = await tunnelTo(`${host}:443`);
    proxy = first;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await second.close();
    await closed;
  });
});

describe('the proxy’s certificates', () => {
  const now = Date.UTC(2026, 0, 5);
  const { ca, cert, key } = createCertificates(host, now);
  const authority = new X509Certificate(ca);

  it('are an authority and the host’s, signed by it', () => {
    const leaf = new X509Certificate(cert);
    assert.ok(authority.ca);
    assert.ok(!leaf.ca);
    assert.ok(leaf.verify(authority.publicKey));
    assert.ok(leaf.checkIssued(authority));
    assert.equal(leaf.subjectAltName, `DNS:${host}`);
    assert.equal(new Date(leaf.validFrom).getTime(), now - 86_400_000);
    assert.equal(new Date(leaf.validTo).getTime(), now + 90 * 86_400_000);
    assert.match(key, /^-----BEGIN PRIVATE KEY-----\n/);
  });

  it('have an authority that is valid for this host only', () => {
    const { extensions } = AsnConvert.parse(authority.raw, Certificate).tbsCertificate;
    const { critical, extnValue } = extensions!.find(({ extnID }) => extnID === id_ce_nameConstraints)!;
    const constraints = AsnConvert.parse(extnValue, NameConstraints);
    assert.ok(critical);
    assert.deepEqual(
      [...constraints.permittedSubtrees!].map(({ base }) => base.dNSName),
      [host],
    );
    assert.deepEqual(
      [...constraints.excludedSubtrees!].map(({ base }) => base.iPAddress),
      ['0.0.0.0/0', '::/0'],
    );
  });

  it('are new at each start, and the authority’s key is not stored', () => {
    const other = createCertificates(host, now);
    assert.notEqual(other.ca, ca);
    assert.ok(!new X509Certificate(cert).verify(new X509Certificate(other.ca).publicKey));
    assert.ok(!ca.includes('PRIVATE') && !cert.includes('PRIVATE'));
    assert.deepEqual(Object.keys(other).sort(), ['ca', 'cert', 'key']);
  });
});
