// Names and addresses of people who exist in one test only.
import { randomInt } from 'node:crypto';

export const PASSWORD = 'three brown envelopes';

/** A person with an account. */
export interface Person {
  name: string;
  email: string;
}

/** This many random digits, so that names and addresses made of them are unique. */
function digits(count: number): string {
  return String(randomInt(10 ** (count - 1), 10 ** count));
}

/** An email address that no account has yet. */
export function address(name: string): string {
  return `${(name.toLowerCase().match(/[a-z]+/g) ?? ['somebody']).join('.')}.${digits(12)}@people.example`;
}

/** A name that nobody else in the same clinic has. */
export function coined(name: string): string {
  return `${name}-P${[...digits(8)].map(digit => 'abcdefghij'[Number(digit)]).join('')}ou`;
}

/** A licence number that no other doctor has: the numbers of the demonstration have seven digits, this one nine. */
export function licenceNumber(): string {
  return digits(9);
}

/** A name in Latin letters for a name in another script; undefined when it is in Latin letters already. */
export function inLatinLetters(name: string): string | undefined {
  const isLatin = !/\p{L}/u.test(name.replace(/\p{Script=Latin}/gu, ''));
  return isLatin ? undefined : 'Leila Nassar';
}

/** From midnight to midnight, so that there is a free time soon whenever the test runs. */
export const ALL_DAY = ['00:00', '00:00'] as const;
