// The codes of an authenticator app. Debian's oathtool computes them, which shares no code with Bedside.
import { execFileSync } from 'node:child_process';

/** The code of an authenticator app (RFC 6238), so many steps of 30 seconds from now. */
export function code(secret: string, steps = 0): string {
  const at = Math.floor(Date.now() / 1000) + steps * 30;
  const input = secret.replaceAll(' ', '');
  return execFileSync('oathtool', ['--totp', '--base32', `--now=@${at}`, '-'], { input, encoding: 'utf8' }).trim();
}
