// The calendar island: EventCalendar over /calendar/events. The table beside it
// says the same; times come as those of the reader's zone and are shown as they
// are. Nothing is drawn as HTML text: names are set as text.
import { createCalendar, DayGrid, TimeGrid, List, ResourceTimeline, Interaction } from '@event-calendar/core';

const box = document.querySelector('[data-calendar]');
const say = document.querySelector('.calendar-say');
const words = box ? box.dataset : {};
const phone = matchMedia('(max-width: 640px)');
let by = 'service';
let rows = [];
let view = 'dayGridMonth';

const two = (n) => String(n).padStart(2, '0');
const local = (d) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;

function tell(lines, buttons = []) {
  say.replaceChildren(...lines.map((text) => Object.assign(document.createElement('p'), { textContent: text })));
  for (const [text, click] of buttons) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn', textContent: text });
    button.addEventListener('click', click);
    say.append(button);
  }
  say.querySelector('button')?.focus();
}

// A month shows only whole days behind the work, and no windows, which most days have.
function placed(e) {
  const month = view === 'dayGridMonth';
  if (e.behind && (view === 'listMonth' || month && e.kind === 'window')) return null;
  const whole = e.all_day || e.behind && month;
  const end = new Date(e.end);
  if (whole) end.setHours(24, 0, 0, 0);
  const start = whole ? `${e.start.slice(0, 10)}T00:00:00` : e.start;
  return {
    id: e.id, title: e.title, start, end: whole ? local(end) : e.end, allDay: whole, display: e.behind ? 'background' : 'auto', classNames: [`cal-${e.kind}`],
    resourceIds: e.rows, editable: Boolean(e.ref), durationEditable: false, extendedProps: { href: e.href, ref: e.ref, what: e.what, behind: e.behind },
  };
}

async function events(info) {
  const address = new URL(words.calendar, location.href);
  address.searchParams.delete('month');
  address.searchParams.set('start', info.startStr.slice(0, 19));
  address.searchParams.set('end', info.endStr.slice(0, 19));
  const answer = await fetch(address, { headers: { Accept: 'application/json' } });
  if (!answer.ok) {
    tell([words.failed]);
    return [];
  }
  const sheet = await answer.json();
  rows = sheet.rows;
  board.setOption('resources', lines());
  return sheet.events.map(placed).filter(Boolean);
}

const lines = () => rows.filter((r) => r.by === by).sort((a, b) => a.title.localeCompare(b.title, words.lang)).map((r) => ({ id: r.id, title: r.title }));

// Moved to another time: what it meets there is asked first, then the person.
async function dropped(info) {
  const { event } = info;
  const span = new URLSearchParams({ starts: local(event.start), ends: local(event.end) });
  const ask = async (address, options) => {
    const answer = await fetch(address, options);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  try {
    const found = await ask(`${words.move}/check/${event.extendedProps.ref}?${span}`);
    if (!found.ok) {
      info.revert();
      tell([words.refused.replace('{what}', event.title), ...found.why]);
      return;
    }
    tell([words.ask.replace('{what}', event.title).replace('{starts}', local(event.start).slice(0, 16).replace('T', ' ')).replace('{ends}', local(event.end).slice(0, 16).replace('T', ' '))], [
      [words.yes, async () => {
        const done = await ask(`${words.move}/move/${event.extendedProps.ref}`, { method: 'POST', body: span }).catch(() => ({ ok: false, why: [words.failed] }));
        if (!done.ok) info.revert();
        tell(done.ok ? [words.moved.replace('{what}', event.title)] : done.why);
      }],
      [words.no, () => { info.revert(); tell([]); }],
    ]);
  } catch {
    info.revert();
    tell([words.failed]);
  }
}

function timeline(of) {
  return { text: words[of], click: () => { by = of; view = 'resourceTimelineWeek'; board.setOption('resources', lines()); board.setOption('view', view); board.refetchEvents(); } };
}

function content(info) {
  const { event } = info;
  const out = document.createElement(event.extendedProps.href ? 'a' : 'span');
  if (event.extendedProps.href) out.href = event.extendedProps.href;
  out.draggable = false; // else the browser drags the link, and the calendar never learns of it
  out.className = 'cal-title';
  out.textContent = (info.timeText ? `${info.timeText} ` : '') + event.title;
  out.title = `${event.extendedProps.what}: ${event.title}`;
  return { domNodes: [out] };
}

let board;
if (box) {
  view = phone.matches ? 'listMonth' : 'dayGridMonth';
  board = createCalendar(box, [DayGrid, TimeGrid, List, ResourceTimeline, Interaction], {
    view, date: words.month, locale: words.lang, firstDay: 1, height: phone.matches ? 'auto' : '640px', lazyFetching: false, dayMaxEvents: true, nowIndicator: true,
    customButtons: { service: timeline('service'), zone: timeline('zone'), team: timeline('team') },
    headerToolbar: { start: 'prev,next today', center: 'title', end: phone.matches ? 'listMonth' : 'dayGridMonth,timeGridWeek,listMonth service,zone,team' },
    buttonText: (text) => ({ ...text, today: words.today, dayGridMonth: words.dayGrid, timeGridWeek: words.week, listMonth: words.list, prev: words.prev, next: words.next }),
    views: { resourceTimelineWeek: { slotDuration: '06:00', slotLabelInterval: '06:00', scrollTime: '00:00', slotWidth: 56 } },
    allDayContent: words.all, noEventsContent: words.none,
    moreLinkContent: (info) => words.more.replace('{n}', info.num),
    eventTimeFormat: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, slotLabelFormat: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    eventSources: [{ events }], eventContent: content, eventDrop: dropped,
    datesSet: (info) => { if (info.view.type !== view) { view = info.view.type; board?.refetchEvents(); } },
  });
  // The grid is for the eye, the table beside it for reading: roles that promise rows or entries which are not there are taken away.
  const roles = ['table', 'rowgroup', 'row', 'cell', 'columnheader', 'rowheader', 'list', 'listitem'].map((r) => `[role=${r}]`).join();
  const counts = ['aria-colindex', 'aria-colcount', 'aria-colspan', 'aria-rowindex', 'aria-rowcount', 'aria-rowspan'];
  const plain = () => {
    for (const e of box.querySelectorAll(roles)) e.removeAttribute('role');
    for (const name of counts) for (const e of box.querySelectorAll(`[${name}]`)) e.removeAttribute(name);
    for (const e of box.querySelectorAll('h4:not([role])')) e.setAttribute('role', 'presentation');
  };
  plain();
  new MutationObserver(plain).observe(box, { childList: true, subtree: true, attributes: true, attributeFilter: ['role', ...counts] });
}
