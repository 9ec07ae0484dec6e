/**
 * Credentials as they are sent, wherever they come from: typed, the environment, or a file. Copying adds white space,
 * line ends (`\r` of an .env file) and zero-width characters at the ends; no credential of Twilio's has them.
 */
export const trimCredential = (text: string): string => text.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, '');
