// People and visits that are made for a test without pages: the same requests as those of the forms, with the session of the person's page. The pages that people
// go through here have tests of their own: with scripts `path.spec.ts`, without scripts `plain.spec.ts`.
import { randomUUID } from 'node:crypto';
import type { APIRequestContext, Browser, BrowserContext, Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, mailTo, signInFor } from './fixtures';
import { ALL_DAY, PASSWORD, address, coined, inLatinLetters, licenceNumber, type Person } from './invented';
import { code } from './totp';

type Fields = Record<string, string>;

/** What a form answers: the next page, and whether it is loaded anew because the viewer has changed. */
interface Reply {
  next: string;
  reload: boolean;
}

/** What a search for doctors finds. */
interface Found {
  list: { page: { items: { doctor: { id: string; name: string }; fee: { minor: number }; next_free: { start: string; clinic: string }[] }[] } };
}

/** Calls a server function as the WebAssembly does. A session that begins with it is the one of the whole context. */
async function call<T>(request: APIRequestContext, name: string, fields: Fields = {}): Promise<T> {
  const origin = new URL(readDemo()!.url).origin;
  const response = await request.post(`/do/${name}`, { form: fields, headers: { accept: 'application/json', origin } });
  const answer = await response.text();
  expect(response.status(), `${name} answers ${answer}`).toBe(200);
  return JSON.parse(answer) as T;
}

/** Begins a session with an email address and a password, and expects that the person's home page is this one. */
async function signInWithoutPage(context: BrowserContext, email: string, password: string, home: string): Promise<void> {
  const { next } = await call<Reply>(context.request, 'sign-in', { email, password });
  expect(next, `the home page of ${email}`).toBe(`/${home}`);
}

/** Signs in as the demonstration's person with a role, on `page`, which stays where it is. */
export async function signedIn(page: Page, role: string, home = role): Promise<void> {
  const { email, password } = signInFor(role);
  await signInWithoutPage(page.context(), email, password, home);
}

/** Signs in as a person whom the test has made, on `page`, which stays where it is. */
export async function signedInAs(page: Page, email: string, home: string): Promise<void> {
  await signInWithoutPage(page.context(), email, PASSWORD, home);
}

/** Confirms the address with the token of the mail, which begins the session. Returns the next page. */
async function confirmAddress(context: BrowserContext, email: string): Promise<string> {
  const mail = await mailTo(context, email, /Confirm/);
  const link = new URL(/https?:\/\/\S+\/confirm\/\S+/.exec(mail.text)![0]);
  const { next, reload } = await call<Reply>(context.request, 'confirm-email', { token: link.pathname.split('/').at(-1)! });
  expect(reload, `${email} is signed in`).toBe(true);
  return next;
}

/** Creates a new patient who has confirmed the address and is signed in on `page`, which stays where it is. */
export async function newPatient(page: Page, name: string): Promise<Person> {
  const email = address(name);
  await call<Reply>(page.context().request, 'sign-up', {
    name,
    latin_name: inLatinLetters(name) ?? '',
    email,
    password: PASSWORD,
    date_of_birth_day: '31',
    date_of_birth_month: '3',
    date_of_birth_year: '1980',
    phone: '+44 7700 900123',
    time_zone: 'Europe/London',
  });
  expect(await confirmAddress(page.context(), email)).toBe('/patient');
  return { name, email };
}

/** A doctor who has applied, confirmed the address and signed in in this context, but is not verified yet. */
async function applicantIn(context: BrowserContext, name: string): Promise<Person & { licence: string }> {
  const email = address(name);
  const licence = licenceNumber();
  await call<Reply>(context.request, 'apply', {
    name,
    email,
    password: PASSWORD,
    time_zone: 'Europe/London',
    licence_number: licence,
    licence_authority: 'General Medical Council',
    licence_country: 'GB',
    // The licence must be valid whenever the test runs.
    licence_expires_day: '31',
    licence_expires_month: '3',
    licence_expires_year: String(new Date().getFullYear() + 5),
    specialty_1: 'general-practice',
    language_1: 'en',
    about: 'I listen first. Twelve years in general practice, and a weakness for old stethoscopes.',
    terms: 'true',
  });
  await confirmAddress(context, email);
  return { name, email, licence };
}

/** Creates a doctor who has applied, confirmed the address and signed in, but is not verified yet. */
export async function newApplicant(page: Page, name: string): Promise<Person & { licence: string }> {
  return applicantIn(page.context(), name);
}

/** The session of an administrator in each browser, who approves doctors before a test begins. */
const administrators = new WeakMap<Browser, Promise<BrowserContext>>();

async function administratorOf(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext();
  const { email, password } = signInFor('admin');
  await signInWithoutPage(context, email, password, 'admin');
  return context;
}

/** Requests of an administrator. */
async function asAdministrator(browser: Browser): Promise<APIRequestContext> {
  if (!administrators.has(browser)) administrators.set(browser, administratorOf(browser));
  return (await administrators.get(browser)!).request;
}

/** Approves a doctor, with a fee of 60 pounds. */
async function approve(browser: Browser, doctor: string): Promise<void> {
  const request = await asAdministrator(browser);
  const { application, clinics } = await call<{ application: { version: number }; clinics: { id: string; name: string }[] }>(request, 'load-decision', { doctor });
  const clinic = clinics.find(({ name }) => name === 'Riverside Clinic')!.id;
  const reason = 'I called the council. Welcome to Riverside.';
  const { next } = await call<Reply>(request, 'approve-application', { doctor, clinic, fee: '60', reason, version: String(application.version) });
  expect(next).toBe(`/admin/applications/${doctor}?decided=1`);
}

/** Saves the hours of the doctor of this session, the same for each day. */
async function saveHours(context: BrowserContext, [from, until]: readonly [string, string]): Promise<void> {
  const { version, clinics } = await call<{ version: number; clinics: { clinic: { id: string } }[] }>(context.request, 'read-hours');
  const fields: Fields = { clinic: clinics[0]!.clinic.id, version: String(version), idempotency_key: randomUUID() };
  for (const day of ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']) {
    Object.assign(fields, { [`${day}[works]`]: 'true', [`${day}[from1]`]: from, [`${day}[until1]`]: until });
  }
  const { next } = await call<Reply>(context.request, 'save-hours', fields);
  expect(next).toContain('saved=1');
}

/** Sets the doctor's hours, the same for each day; all day by default. */
export async function setHours(doctor: Page, hours: readonly [string, string] = ALL_DAY): Promise<void> {
  await saveHours(doctor.context(), hours);
}

/** The doctor of this page meets patients in the clinic, in place of on video. */
export async function meetsInClinic(doctor: Page): Promise<void> {
  const { request } = doctor.context();
  const { version, types } = await call<{ version: number; types: { id: string; name: string }[] }>(request, 'read-visit-types');
  const fields = { visit_type: types[0]!.id, name: 'Visit at the clinic', mode: 'in_person', is_active: 'true', version: String(version) };
  const { next } = await call<Reply>(request, 'save-visit-type', fields);
  expect(next).toContain('saved=1');
}

/** A doctor who can be booked: applied, approved, with these hours on each day, and signed in in this context. */
async function doctorIn(context: BrowserContext, name: string, hours: readonly [string, string] = ALL_DAY): Promise<Person & { licence: string }> {
  const doctor = await applicantIn(context, coined(name));
  const own = await call<{ doctor: string }>(context.request, 'load-own-application');
  await approve(context.browser()!, own.doctor);
  await saveHours(context, hours);
  return doctor;
}

/** Creates a doctor who can be booked: applied, approved, with these hours on each day, and signed in on `page`, which stays where it is. */
export async function newDoctor(page: Page, name: string, hours: readonly [string, string] = ALL_DAY): Promise<Person & { licence: string }> {
  return doctorIn(page.context(), name, hours);
}

/** Does the same as [`newDoctor`] for a doctor who has no page in the test. Returns the name. */
export async function doctorElsewhere(page: Page, name: string): Promise<string> {
  const context = await page.context().browser()!.newContext();
  const doctor = await doctorIn(context, name);
  await context.close();
  return doctor.name;
}

/** Creates a person who was invited to work in a clinic in this role, and is signed in on `page`, which stays where it is. The role has this home page. */
export async function newStaff(page: Page, name: string, role: string, home: string): Promise<Person> {
  const email = address(name);
  const request = await asAdministrator(page.context().browser()!);
  const { clinics } = await call<{ clinics: { id: string; name: string }[] }>(request, 'load-clinics');
  const clinic = clinics.find(({ name }) => name === 'Riverside Clinic')!.id;
  await call<Reply>(request, 'invite-staff', { email, role, clinic });
  const { text } = await mailTo(page, email, /^You are invited/);
  const token = /\/invitation\/(\w+)/.exec(text)![1]!;
  const fields = { token, name, latin_name: inLatinLetters(name) ?? '', password: PASSWORD, time_zone: 'Europe/London', terms: 'true' };
  const { next } = await call<Reply>(page.context().request, 'accept-as-new', fields);
  expect(next, `the home page of ${email}`).toBe(`/${home}`);
  return { name, email };
}

/** An administrator makes a care group of the clinic, to which these people of its staff belong. Returns its name. */
export async function newCareGroup(page: Page, ...members: string[]): Promise<string> {
  const request = await asAdministrator(page.context().browser()!);
  const { clinics } = await call<{ clinics: { id: string; name: string }[] }>(request, 'load-clinics');
  const clinic = clinics.find(({ name }) => name === 'Riverside Clinic')!.id;
  const name = coined('Diabetes team');
  await call<Reply>(request, 'add-care-group', { clinic, name, idempotency_key: randomUUID() });
  type Groups = { groups: { id: string; name: string }[]; staff: { user: string; name: string }[] };
  const { groups, staff } = await call<Groups>(request, 'load-care-groups', { id: clinic });
  const group = groups.find(one => one.name === name)!.id;
  for (const member of members) {
    const { user } = staff.find(one => one.name === member)!;
    await call<Reply>(request, 'put-into-care-group', { clinic, group, user, idempotency_key: randomUUID() });
  }
  return name;
}

/** Ends all rooms of the clinic, so that visits there need none, as in the other tests. */
export async function endRooms(page: Page): Promise<void> {
  const request = await asAdministrator(page.context().browser()!);
  const { clinics } = await call<{ clinics: { id: string; name: string }[] }>(request, 'load-clinics');
  const clinic = clinics.find(({ name }) => name === 'Riverside Clinic')!.id;
  const { rooms } = await call<{ rooms: { id: string }[] }>(request, 'load-rooms', { id: clinic });
  for (const { id } of rooms) await call<Reply>(request, 'end-room', { clinic, room: id });
}

/** Sets up an authenticator app for the person of `page`, who has none. Returns its secret; the code of this time is used up. */
export async function appOf(page: Page): Promise<string> {
  const { request } = page.context();
  await call<Reply>(request, 'begin-set-up', { current: PASSWORD });
  const { set_up } = await call<{ set_up: { secret: string } }>(request, 'load-second-factor');
  await call<Reply>(request, 'confirm-set-up', { code: code(set_up.secret) });
  return set_up.secret;
}

/** Books a visit with this doctor for the patient of `page`: soon, or so many days ahead. Returns its id. */
export async function bookSoon(page: Page, doctor: string, reason: string, daysAhead = 0): Promise<string> {
  const { request } = page.context();
  const day = new Date(Date.now() + daysAhead * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const { list } = await call<Found>(request, 'find-doctors', daysAhead > 0 ? { name: doctor, day } : { name: doctor });
  const card = list.page.items.find(({ doctor: { name } }) => name === doctor);
  if (!card) throw new Error(`${doctor} is not found`);
  // The first time may be too soon when it is requested.
  const { start, clinic } = card.next_free[1] ?? card.next_free[0]!;
  const chosen = { doctor: card.doctor.id, time: `${start}~${clinic}` };
  const next = async (form: string, fields: Fields): Promise<URL> => new URL((await call<Reply>(request, form, fields)).next, readDemo()!.url);

  const held = await next('hold-time', chosen);
  expect(held.pathname).toMatch(/^\/book\/[0-9a-f-]{36}$/);
  const answers = await next('save-reason', { ...chosen, hold: held.pathname.split('/').at(-1)!, reason });
  const booking = answers.searchParams.get('booking')!;
  const booked = await next('book-visit', { booking, fee_minor: String(card.fee.minor), idempotency_key: randomUUID() });
  expect(booked.search).toBe('?booked=1');
  const { card: appointment } = await call<{ card: { encounter: string } }>(request, 'read-appointment', { id: booked.pathname.split('/').at(-1)! });
  return appointment.encounter;
}

/** The doctor of this session adds a medicine to the prescription of this visit. */
async function addMedicine(request: APIRequestContext, encounter: string): Promise<void> {
  const dose = { strength: '1%', form: 'cream', dose: 'a thin layer', route: 'on the skin', frequency: 'twice a day', duration: '7 days', quantity: '30 g' };
  await call<Reply>(request, 'add-medicine', { encounter, medicine: 'Hydrocortisone', ...dose, idempotency_key: randomUUID() });
}

/** The patient waits, the doctor admits them, documents and ends the visit, and signs a prescription. */
export async function haveVisit(patient: Page, doctor: Page, visit: string): Promise<void> {
  const { request } = doctor.context();
  const encounter = visit;
  await call<Reply>(patient.context().request, 'enter-waiting-room', { visit });
  await call<Reply>(request, 'admit-patient', { visit });
  await call<Reply>(request, 'save-notes', { encounter, plan: 'Keep the skin dry.', version: '0' });
  await call<Reply>(request, 'change-diagnoses', { encounter, change: 'add:L23.9' });
  const ended = await call<Reply>(request, 'end-visit', { encounter, outcome: 'diagnosed', idempotency_key: randomUUID() });
  expect(ended.next).toMatch(/\/prescription\?ended=1$/);
  await addMedicine(request, encounter);
  const { page } = await call<{ page: { draft: { id: string; version: number } } }>(request, 'read-draft', { encounter });
  const { id: prescription, version } = page.draft;
  const proof = { password: PASSWORD, idempotency_key: randomUUID() };
  const signed = await call<Reply>(request, 'sign-prescription', { prescription, version: String(version), ...proof });
  expect(signed.next).toMatch(/\?signed=1$/);
}

/**
 * Begins a conversation as the person of `page`, and answers the address of its page: a patient with the doctor or clinic of this name, anybody else with the
 * patient of this id.
 */
export async function beginConversation(page: Page, about: { withName: string } | { patient: string }, subject: string, text: string): Promise<string> {
  const { request } = page.context();
  const fields: Fields = { subject, text, idempotency_key: randomUUID() };
  if ('patient' in about) {
    fields.patient = about.patient;
  } else {
    type Choices = { counterparts: { with: { doctor?: string; desk?: string; group?: string }; name: string }[] };
    const { counterparts } = await call<Choices>(request, 'load-begin-choices');
    const found = counterparts.find(({ name }) => name === about.withName);
    if (!found) throw new Error(`nobody is called ${about.withName}`);
    const [[kind, id]] = Object.entries(found.with) as [[string, string]];
    fields.with = `${kind}:${id}`;
  }
  return (await call<Reply>(request, 'begin-conversation', fields)).next;
}

/** The doctor enters an earlier illness of the patient of this visit into the record. Returns the id of the patient. */
export async function enterIllness(doctor: Page, encounter: string): Promise<string> {
  const { request } = doctor.context();
  const { patient } = await call<{ patient: string }>(request, 'read-visit-record', { id: encounter });
  await call<Reply>(request, 'add-entry', { patient, kind: 'history', source: 'patient', name: 'Measles', idempotency_key: randomUUID() });
  return patient;
}

/** The doctor begins another prescription for this visit, and leaves it as a draft. */
export async function draftPrescription(doctor: Page, visit: string): Promise<void> {
  await addMedicine(doctor.context().request, visit);
}

/** The doctor writes a letter for this visit, and leaves it as a draft. Returns the address of its page. */
export async function draftLetter(doctor: Page, encounter: string): Promise<string> {
  const letter = { kind: 'summary', recipient: '', text: 'A rash on both arms. Keep the skin dry.' };
  return (await call<Reply>(doctor.context().request, 'write-letter', { encounter, ...letter, idempotency_key: randomUUID() })).next;
}

/** The doctor writes a letter for this visit, and issues it. Returns its id. */
export async function issueLetter(doctor: Page, encounter: string): Promise<string> {
  const letter = (await draftLetter(doctor, encounter)).split('/').at(-1)!;
  await call<Reply>(doctor.context().request, 'issue-letter', { letter, version: '1', idempotency_key: randomUUID() });
  return letter;
}

/** A visit's notes, as far as tests read them. */
interface VisitNotes {
  versions: { version: number }[];
  signing: { colleagues: { user: string; name: string }[]; cosignatures: { id: string }[] };
}

/** The doctor signs the notes of this visit, and asks a colleague of the clinic to co-sign them: the one of this name, or the first. Returns the id of the request. */
export async function askCosignature(doctor: Page, encounter: string, name?: string): Promise<string> {
  const { request } = doctor.context();
  const read = () => call<VisitNotes>(request, 'read-visit-record', { id: encounter });
  const { versions } = await read();
  await call<Reply>(request, 'sign-notes', { encounter, statement: 'true', version: String(versions[0]!.version), idempotency_key: randomUUID() });
  const { colleagues } = (await read()).signing;
  const colleague = name ? colleagues.find(one => one.name === name) : colleagues[0];
  if (!colleague) throw new Error(`nobody can be asked: ${colleagues.map(one => one.name).join(', ')}`);
  await call<Reply>(request, 'ask-cosignature', { encounter, colleague: colleague.user, idempotency_key: randomUUID() });
  return (await read()).signing.cosignatures[0]!.id;
}

/** The desk lets the owner of an account act for a patient, as a carer, with a document that it has seen. */
export async function letCarerAct(desk: Page, patient: string, email: string, document: string): Promise<void> {
  const year = new Date().getFullYear();
  await call<Reply>(desk.context().request, 'let-act', {
    patient,
    email,
    relation: 'helper',
    document,
    document_date_day: '1',
    document_date_month: '3',
    document_date_year: String(year - 1),
    no_copy: 'The patient keeps the only copy',
    until_day: '1',
    until_month: '3',
    until_year: String(year + 1),
    idempotency_key: randomUUID(),
  });
}
