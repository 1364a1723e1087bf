import { existsSync, readFileSync } from 'node:fs';

/** A person of the demonstration clinic who can sign in. */
export interface SignIn {
  role: string;
  email: string;
  password: string;
}

/** The content of demo.json, which the server writes for the demonstration clinic. */
export interface Demo {
  url: string;
  sign_ins: SignIn[];
  /** The routes of all pages: `/doctors/:id`. */
  pages: string[];
}

/**
 * The demonstration clinic under test, or undefined when none was started, so that tests without a server still run. `cargo xtask test` starts
 * one for each worker, each with a folder in `CLINICS`. Before there are workers, Playwright's configuration reads the first folder.
 */
export function readDemo(): Demo | undefined {
  const own = process.env.CLINICS && `${process.env.CLINICS}/${process.env.TEST_PARALLEL_INDEX ?? 0}/demo.json`;
  const path = own ?? process.env.DEMO_JSON ?? new URL('../../var/demo.json', import.meta.url).pathname;
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Demo) : undefined;
}

/** The demonstration's sign-in for a role, from demo.json. */
export function signInFor(role: string): SignIn {
  const found = readDemo()?.sign_ins.find(signIn => signIn.role === role);
  if (!found) throw new Error(`demo.json has no sign-in for the role ${role}`);
  return found;
}
