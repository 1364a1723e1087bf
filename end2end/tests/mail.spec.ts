// Calendar files as another program reads them: ical.js, the parser of Thunderbird.
import ICAL from 'ical.js';
import { readDemo } from './demo';
import { expect, mailTo, test, type Mail } from './fixtures';
import { book, chooseTime, giveReason, newPatient, onFullDay, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** The only event of the only calendar file of a mail. */
function eventIn(mail: Mail): { file: string; method: string; event: ICAL.Component } {
  const { attachments } = mail as Mail & { attachments: string[] };
  expect(attachments).toHaveLength(1);
  return { file: attachments[0]!, ...read(attachments[0]!) };
}

/** Reads a calendar file strictly and checks the properties that RFC 5546 §3.2.1 and §3.2.5 ask for. */
function read(file: string): { method: string; event: ICAL.Component } {
  ICAL.design.strict = true;
  const calendar = new ICAL.Component(ICAL.parse(file));
  expect(calendar.name).toBe('vcalendar');
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
  expect(calendar.getAllSubcomponents().map(part => part.name)).toEqual(['vevent']);
  const event = calendar.getFirstSubcomponent('vevent')!;
  for (const name of ['uid', 'dtstamp', 'dtstart', 'dtend', 'sequence', 'organizer', 'summary', 'status']) {
    expect(event.getAllProperties(name), name).toHaveLength(1);
  }
  for (const name of ['dtstamp', 'dtstart', 'dtend']) {
    const time = event.getFirstPropertyValue(name) as ICAL.Time;
    expect([time.isDate, time.zone.tzid], name).toEqual([false, 'UTC']);
  }
  const organizer = event.getFirstProperty('organizer')!;
  expect(organizer.type).toBe('cal-address');
  expect(organizer.getFirstValue()).toMatch(/^mailto:[^@\s]+@[^@\s]+$/);
  expect(organizer.getFirstParameter('cn')).toBeTruthy();
  expect(event.getAllProperties('attendee')).toEqual([]);
  return { method: calendar.getFirstPropertyValue('method') as string, event };
}

test('a visit that is booked and cancelled is one event to a calendar', async ({ page }) => {
  test.slow();
  const { email } = await newPatient(page, 'Þórdís Ó Briain');
  await page.goto('/doctors?specialty=&name=&day=');
  const label = await page.getByRole('link', { name: /^See all times of/ }).last().getAttribute('aria-label');
  const doctor = label!.replace('See all times of ', '');
  await onFullDay(page, doctor);
  await chooseTime(page, 2);
  await giveReason(page, 'A cough that does not go');
  await book(page);
  const appointment = new URL(page.url()).pathname;

  const booked = eventIn(await mailTo(page, email, /^Your appointment on/));
  expect([booked.method, booked.event.getFirstPropertyValue('status')]).toEqual(['PUBLISH', 'CONFIRMED']);
  expect(booked.event.getFirstPropertyValue('summary')).toContain(doctor);
  expect(booked.event.getFirstPropertyValue('url')).toContain(appointment);
  const download = await page.request.get(`${appointment}/calendar.ics`);
  expect(download.headers()['content-type']).toBe('text/calendar; charset=utf-8; method=PUBLISH');
  expect(await download.text()).toBe(booked.file);

  await page.getByRole('link', { name: 'Cancel this visit' }).click();
  await ready(page);
  await page.getByRole('button', { name: 'Cancel the visit' }).click();
  const cancelled = eventIn(await mailTo(page, email, /^Cancelled/));
  expect([cancelled.method, cancelled.event.getFirstPropertyValue('status')]).toEqual(['CANCEL', 'CANCELLED']);
  for (const name of ['uid', 'organizer', 'summary', 'dtstart', 'dtend', 'location', 'url']) {
    const [before, after] = [booked, cancelled].map(({ event }) => event.getFirstProperty(name)!.toICALString());
    expect(after).toBe(before);
  }
  const sequence = ({ event }: { event: ICAL.Component }) => event.getFirstPropertyValue('sequence') as number;
  expect(sequence(cancelled)).toBeGreaterThan(sequence(booked));
  expect(await (await page.request.get(`${appointment}/calendar.ics`)).text()).toBe(cancelled.file);
});
