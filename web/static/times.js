// Moments as people say them: in the reader's time and language, "today, 09:15". The server, which knows neither, says UTC.

const DAY = 86_400_000; // ms

export function localise(page) {
  for (const each of page.querySelectorAll("time[datetime]")) {
    const moment = new Date(each.dateTime);
    if (each.title || Number.isNaN(moment.getTime())) continue;
    each.title = each.textContent;
    each.textContent = spoken(moment, document.documentElement.lang);
  }
}

function spoken(moment, language) {
  const time = new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(moment);
  const days = Math.round((midnight(moment) - midnight(new Date())) / DAY);
  const day =
    Math.abs(days) < 2
      ? new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day")
      : new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(moment);
  return `${day}, ${time}`;
}

const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
