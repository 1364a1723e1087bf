// A doctor at work, a patient, and the call between them.
import type { Page } from '@playwright/test';
import { expect } from './fixtures';
import { relayOnly } from './media';
import { approve, book, chooseTime, coined, findDoctor, giveReason, newApplicant, newPatient, setHours } from './people';

/** A doctor who works every hour, and a patient, both signed in. Their names. */
export async function doctorAndPatient(doctor: Page, admin: Page, patient: Page): Promise<{ doctor: string; patient: string }> {
  const names = { doctor: coined('Dr Rhiannon Okafor'), patient: 'Silas Quiet' };
  await newApplicant(doctor, names.doctor);
  await approve(admin, names.doctor);
  await setHours(doctor);
  await newPatient(patient, names.patient);
  await relayOnly(doctor);
  return names;
}

/** Books the patient's next free time with that doctor. The address of the visit. */
export async function bookVisit(patient: Page, doctor: string): Promise<string> {
  await findDoctor(patient, doctor);
  await chooseTime(patient);
  await giveReason(patient, 'Only to talk.');
  await book(patient);
  return (await patient.getByRole('link', { name: 'Open the waiting room' }).getAttribute('href'))!;
}

/** The patient waits, the doctor lets them in, and the call is up. */
export async function meet(patient: Page, doctor: Page, visit: string): Promise<void> {
  await patient.goto(visit);
  await patient.getByRole('button', { name: 'I am ready' }).click();
  await expect(patient.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
  await doctor.goto(`/doctor${visit}`);
  await doctor.getByRole('button', { name: 'Admit' }).click();
  await expectInCall(patient, doctor);
}

/** Both are in the call with each other. */
export async function expectInCall(...pages: Page[]): Promise<void> {
  for (const page of pages) await expect(page.locator('[data-call="connected"]')).toBeVisible({ timeout: 30_000 });
}
