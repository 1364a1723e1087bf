// Calendar files as another program reads them: ical.js, the parser of Thunderbird.
import ICAL from 'ical.js';
import { readDemo } from './demo';
import { expect, mailTo, test, type Mail } from './fixtures';
import { book, chooseTime, giveReason, newPatient, onFullDay, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** The only event of the calendar file of a mail, which has it twice: for programs that read the mail, and for those that read attachments. */
function eventIn(mail: Mail): { file: string; method: string; event: ICAL.Component } {
  const { attachments } = mail as Mail & { attachments: string[] };
  expect(attachments).toHaveLength(2);
  expect(attachments[1]).toBe(attachments[0]);
  return { file: attachments[0]!, ...read(attachments[0]!) };
}

/** Reads a calendar file strictly and checks the properties that RFC 5546 §3.2.1 and §3.2.5 ask for. */
function read(file: string): { method: string; event: ICAL.Component } {
  ICAL.design.strict = true;
  const calendar = new ICAL.Component(ICAL.parse(file));
  expect(calendar.name).toBe('vcalendar');
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
  expect(calendar.getAllSubcomponents().map(part => part.name)).toEqual(['vtimezone', 'vevent']);
  const event = calendar.getFirstSubcomponent('vevent')!;
  for (const name of ['uid', 'dtstamp', 'dtstart', 'dtend', 'sequence', 'organizer', 'summary', 'status']) {
    expect(event.getAllProperties(name), name).toHaveLength(1);
  }
  const zone = calendar.getFirstSubcomponent('vtimezone')!.getFirstPropertyValue('tzid') as string;
  for (const [name, expected] of [['dtstamp', 'UTC'], ['dtstart', zone], ['dtend', zone]] as const) {
    const time = event.getFirstPropertyValue(name) as ICAL.Time;
    expect([time.isDate, time.zone.tzid], name).toEqual([false, expected]);
  }
  const organizer = event.getFirstProperty('organizer')!;
  expect(organizer.type).toBe('cal-address');
  expect(organizer.getFirstValue()).toMatch(/^mailto:[^@\s]+@[^@\s]+$/);
  expect(organizer.getFirstParameter('cn')).toBeTruthy();
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
  expect([booked.method, booked.event.getFirstPropertyValue('status')]).toEqual(['REQUEST', 'CONFIRMED']);
  expect(booked.event.getFirstPropertyValue('summary')).toContain(doctor);
  expect(booked.event.getFirstPropertyValue('url')).toContain(appointment);
  expect(booked.event.getAllProperties('attendee').map(one => one.getFirstValue())).toEqual([`mailto:${email}`]);
  const download = await page.request.get(`${appointment}/calendar.ics`);
  expect(download.headers()['content-type']).toBe('text/calendar; charset=utf-8; method=PUBLISH');
  const same = ['uid', 'organizer', 'summary', 'dtstart', 'dtend', 'location', 'url'];
  const lines = (event: ICAL.Component, names: string[]) => names.map(name => event.getFirstProperty(name)!.toICALString());
  const downloaded = read(await download.text());
  expect(downloaded.event.getAllProperties('attendee')).toEqual([]);
  expect(lines(downloaded.event, [...same, 'sequence'])).toEqual(lines(booked.event, [...same, 'sequence']));

  // The private address shows the same event, without names until its owner wants them.
  await page.goto('/account');
  await page.getByRole('link', { name: 'Your visits in your calendar' }).click();
  await page.getByRole('button', { name: 'Make a private address' }).click();
  const address = (await page.locator('code.secret').textContent())!;
  const feed = async () => {
    const answer = await page.request.get(new URL(address).pathname);
    const calendar = new ICAL.Component(ICAL.parse(await answer.text()));
    return calendar.getAllSubcomponents('vevent');
  };
  const [hidden] = await feed();
  expect(hidden!.getFirstPropertyValue('summary')).toBe('Visit');
  expect(lines(hidden!, ['uid', 'dtstart', 'dtend'])).toEqual(lines(booked.event, ['uid', 'dtstart', 'dtend']));
  await page.getByRole('button', { name: 'Show the type and place of visits' }).click();
  await expect(page.getByRole('button', { name: 'Show only "Visit"' })).toBeVisible();
  const [shown] = await feed();
  expect(shown!.getFirstPropertyValue('summary')).toContain(doctor);

  await page.goto(appointment);
  await page.getByRole('link', { name: 'Cancel this visit' }).click();
  await ready(page);
  await page.getByRole('button', { name: 'Cancel the visit' }).click();
  const cancelled = eventIn(await mailTo(page, email, /^Cancelled/));
  expect([cancelled.method, cancelled.event.getFirstPropertyValue('status')]).toEqual(['CANCEL', 'CANCELLED']);
  expect(lines(cancelled.event, same)).toEqual(lines(booked.event, same));
  const sequence = (event: ICAL.Component) => event.getFirstPropertyValue('sequence') as number;
  expect(sequence(cancelled.event)).toBeGreaterThan(sequence(booked.event));
  const [after] = await feed();
  expect([after!.getFirstPropertyValue('status'), sequence(after!)]).toEqual(['CANCELLED', sequence(cancelled.event)]);
});
