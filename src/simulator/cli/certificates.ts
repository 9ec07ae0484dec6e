import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_kp_serverAuth,
} from '@peculiar/asn1-x509';

export interface Certificates {
  /** PEM of the certificate authority, for clients to trust. */
  readonly ca: string;
  /** PEM of the host's certificate and of its private key. */
  readonly cert: string;
  readonly key: string;
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const commonName = '2.5.4.3';
const days = 86_400_000;
/** Clients with a slow clock accept it too. */
const validSince = 1 * days;
const validFor = 90 * days;

/**
 * A certificate authority that can vouch for one host only, and that host's certificate. The authority's private
 * key is neither returned nor stored: nothing else can be signed with it. https://www.rfc-editor.org/rfc/rfc5280
 */
export function createCertificates(host: string, now: number): Certificates {
  const ca = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = nameOf('TaskRouter simulator on this machine');
  const signed = (subject: Name, publicKey: KeyObject, extensions: Extension[]) =>
    certificate({ issuer, subject, publicKey, signer: ca.privateKey, extensions, now });
  const serverAuth = new ExtendedKeyUsage([id_kp_serverAuth]);
  return {
    ca: signed(issuer, ca.publicKey, [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign)),
      extension(id_ce_extKeyUsage, serverAuth),
      extension(id_ce_nameConstraints, onlyHost(host)),
    ]),
    cert: signed(nameOf(host), server.publicKey, [
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature)),
      extension(id_ce_extKeyUsage, serverAuth),
      extension(id_ce_subjectAltName, new SubjectAlternativeName([new GeneralName({ dNSName: host })])),
    ]),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A permitted name does not restrict names of other kinds, so every IP address is excluded. */
const onlyHost = (host: string) =>
  new NameConstraints({
    permittedSubtrees: subtrees({ dNSName: host }),
    excludedSubtrees: subtrees({ iPAddress: '0.0.0.0/0' }, { iPAddress: '::/0' }),
  });

const subtrees = (...names: readonly Partial<GeneralName>[]) =>
  new GeneralSubtrees(names.map((name) => new GeneralSubtree({ base: new GeneralName(name) })));

const nameOf = (text: string) =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String: text }) }),
    ]),
  ]);

const extension = (extnID: string, value: object) =>
  new Extension({ extnID, critical: true, extnValue: new OctetString(AsnConvert.serialize(value)) });

/** PEM of a certificate, signed. */
function certificate(of: {
  readonly issuer: Name;
  readonly subject: Name;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: Extension[];
  readonly now: number;
}): string {
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm,
    issuer: of.issuer,
    validity: new Validity({
      notBefore: new Date(of.now - validSince),
      notAfter: new Date(of.now + validFor),
    }),
    subject: of.subject,
    subjectPublicKeyInfo: AsnConvert.parse(
      of.publicKey.export({ type: 'spki', format: 'der' }),
      SubjectPublicKeyInfo,
    ),
    extensions: new Extensions(of.extensions),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), of.signer);
  const der = AsnConvert.serialize(
    new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue: toArrayBuffer(signature) }),
  );
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** Positive and without leading zeros, as DER requires of integers. */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return toArrayBuffer(bytes);
}

const toArrayBuffer = (bytes: Buffer) => new Uint8Array(bytes).buffer;
