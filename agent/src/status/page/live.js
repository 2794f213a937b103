// Asks the agent every two seconds and shows what it says. Everything shown is set as text.
(() => {
  const WORDS = {
    en: {
      hub: 'Hub',
      outbox: 'Outbox',
      miners: 'Miners',
      map: 'Containers',
      doctor: 'Checks',
      language: 'Français',
      close: 'Close',
      phase: {
        sending: 'connected',
        waiting: 'connected, no hub takes data',
        connecting: 'not connected',
        starting: 'starting',
        not_enrolled: 'not enrolled',
        wrong_project: 'enrolled for another project',
        bad_credential: 'credential cannot be used',
      },
      contact: (ago) => `last confirmation ${ago} ago`,
      advice: {},
      never: 'nothing confirmed yet',
      empty: 'empty',
      all: 'the hub has everything',
      batches: (n) => `${n} batches`,
      waiting: (size, ago) => `${size} wait, oldest ${ago}`,
      cannot: 'cannot tell',
      of: (a, b) => `${a} of ${b}`,
      silent: (n) => `${n} silent`,
      meters: (a, b) => `meters ${a} of ${b}`,
      every: (s) => `every ${s} s`,
      word: {
        normal: 'normal',
        warning: 'warning',
        critical: 'no answer',
        maintenance: 'maintenance',
        unread: 'not read yet',
      },
      outcome: { ok: '✔ ok', warning: '! warning', error: '✖ error', skipped: '– skipped' },
      miner: {
        hashing: 'hashing',
        degraded: 'degraded',
        sleeping: 'asleep',
        idle: 'idle',
        offline: 'no answer',
        unknown: 'not read yet',
      },
      cooling: { answers: 'cooling answers', silent: 'cooling silent' },
      took: (ms) => `read in ${ms} ms`,
      until: (t) => `until ${t}`,
      sum: (n) =>
        `${n.ok} ok · ${n.warning} warning${n.warning === 1 ? '' : 's'} · ${n.error} error${n.error === 1 ? '' : 's'} · ${n.skipped} skipped`,
      first: 'the first round comes within seconds',
      well: (n) => `${n} that are well`,
      gone: 'The agent does not answer. What is shown is old.',
      readonly: 'read-only',
      tap: 'Choose a miner',
      cause: 'likely cause: ',
      next: '→ ',
      up: (t) => `running for ${t}`,
      days: 'd',
      units: ['B', 'kB', 'MB', 'GB', 'TB'],
    },
    fr: {
      hub: 'Siège',
      outbox: "File d'attente",
      miners: 'Mineurs',
      map: 'Conteneurs',
      doctor: 'Contrôles',
      language: 'English',
      close: 'Fermer',
      phase: {
        sending: 'connecté',
        waiting: "connecté, aucun siège n'accepte",
        connecting: 'non connecté',
        starting: 'démarrage',
        not_enrolled: 'non inscrit',
        wrong_project: 'inscrit pour un autre projet',
        bad_credential: 'identité inutilisable',
      },
      contact: (ago) => `dernière confirmation il y a ${ago}`,
      advice: { not_enrolled: 'lancez : hearst-agent enrol --hub URL --token JETON' },
      never: 'rien de confirmé encore',
      empty: 'vide',
      all: 'le siège a tout reçu',
      batches: (n) => `${n} lots`,
      waiting: (size, ago) => `${size} en attente, le plus ancien ${ago}`,
      cannot: 'inconnu',
      of: (a, b) => `${a} sur ${b}`,
      silent: (n) => `${n} sans réponse`,
      meters: (a, b) => `compteurs ${a} sur ${b}`,
      every: (s) => `toutes les ${s} s`,
      word: {
        normal: 'normal',
        warning: 'avertissement',
        critical: 'sans réponse',
        maintenance: 'maintenance',
        unread: 'pas encore lu',
      },
      outcome: { ok: '✔ ok', warning: '! attention', error: '✖ erreur', skipped: '– ignoré' },
      miner: {
        hashing: 'en marche',
        degraded: 'dégradé',
        sleeping: 'en veille',
        idle: 'inactif',
        offline: 'sans réponse',
        unknown: 'pas encore lu',
      },
      cooling: { answers: 'refroidissement répond', silent: 'refroidissement muet' },
      took: (ms) => `lu en ${ms} ms`,
      until: (t) => `jusqu'à ${t}`,
      sum: (n) =>
        `${n.ok} ok · ${n.warning} avertissement${n.warning > 1 ? 's' : ''} · ${n.error} erreur${n.error > 1 ? 's' : ''} · ${n.skipped} ignoré${n.skipped > 1 ? 's' : ''}`,
      first: 'premier contrôle dans quelques secondes',
      well: (n) => `${n} sans problème`,
      gone: "L'agent ne répond pas. Les valeurs affichées sont anciennes.",
      readonly: 'lecture seule',
      tap: 'Choisissez un mineur',
      cause: 'cause probable : ',
      next: '→ ',
      up: (t) => `en service depuis ${t}`,
      days: 'j',
      units: ['o', 'ko', 'Mo', 'Go', 'To'],
    },
  };
  const SIGNS = { hashing: '', degraded: '!', sleeping: 'z', idle: '-', offline: '✖', unknown: '?' };
  const EVERY_MS = 2000;
  const $ = (id) => document.getElementById(id);
  let language = navigator.language.startsWith('fr') ? 'fr' : 'en';
  let data = null;
  let open = null;
  let miners = null;
  let chosen = null;

  const number = (value) => new Intl.NumberFormat(language).format(value);
  const clock = (at) => new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
  function span(seconds) {
    const s = Math.max(0, Math.round(seconds));
    if (s < 60) return `${s} s`;
    if (s < 3600) return `${Math.floor(s / 60)} min`;
    if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
    return `${Math.floor(s / 86400)} ${WORDS[language].days} ${Math.floor((s % 86400) / 3600)} h`;
  }
  function size(bytes) {
    let step = 0;
    let value = bytes;
    while (value >= 1000 && step < 4) {
      value /= 1000;
      step++;
    }
    return `${new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 }).format(value)} ${WORDS[language].units[step]}`;
  }
  /** Sets a text only where it changed, so that a screen reader is not told the same again. */
  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }
  function child(parent, tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.textContent = text;
    parent.append(element);
    return element;
  }
  /** As many children as there are items, kept in place so that focus stays where it is. */
  function fit(parent, count, make) {
    while (parent.children.length > count) parent.lastElementChild.remove();
    while (parent.children.length < count) parent.append(make());
  }

  function show() {
    const t = WORDS[language];
    document.documentElement.lang = language;
    for (const name of ['hub', 'outbox', 'miners', 'map', 'doctor']) say($(`${name}-label`), t[name]);
    say($('language'), t.language);
    $('language').lang = language === 'fr' ? 'en' : 'fr';
    say($('close'), t.close);
    if (data === null) return;
    const { report, totals, containers, doctor } = data;
    const now = Date.parse(report.now);
    document.title = `${report.project} · Hearst Control`;
    say($('site'), `${report.project}${report.site ? ` · ${report.site}` : ''}`);
    say($('program'), `${report.program} · ${t.up(span(report.uptime_s))} · ${t.readonly}`);
    showHub(t, report, now);
    say($('miners'), t.of(number(totals.answering), number(totals.miners)));
    say(
      $('miners-more'),
      [
        t.silent(number(totals.miners - totals.answering)),
        t.meters(totals.meters_answering, totals.meters),
        t.every(report.interval_s),
      ].join(' · '),
    );
    showMap(t, containers);
    showDetail(t, containers);
    showDoctor(t, doctor);
  }

  function showHub(t, report, now) {
    const { hub, outbox } = report;
    const trip =
      hub.uplink && hub.uplink.roundTripMs !== null && hub.phase === 'sending'
        ? ` (${Math.round(hub.uplink.roundTripMs)} ms)`
        : '';
    say($('hub'), (t.phase[hub.phase] ?? hub.phase) + trip);
    const last = hub.uplink ? hub.uplink.lastAckAt : null;
    say(
      $('hub-more'),
      t.advice[hub.phase] ?? hub.advice ?? (last === null ? t.never : t.contact(span((now - last) / 1000))),
    );
    if (outbox === null) {
      say($('outbox'), t.cannot);
      say($('outbox-more'), '');
    } else if (outbox.batches === 0) {
      say($('outbox'), t.empty);
      say($('outbox-more'), t.all);
    } else {
      say($('outbox'), t.batches(number(outbox.batches)));
      say(
        $('outbox-more'),
        t.waiting(size(outbox.bytes), outbox.oldest_at ? span((now - Date.parse(outbox.oldest_at)) / 1000) : ''),
      );
    }
  }

  function showMap(t, containers) {
    const map = $('map');
    fit(map, containers.length, () => {
      const button = document.createElement('button');
      button.type = 'button';
      child(button, 'b', '', '');
      child(button, 'span', 'word', '');
      child(button, 'span', '', '');
      button.addEventListener('click', () => {
        open = open === button.dataset.id ? null : button.dataset.id;
        miners = null;
        chosen = null;
        show();
        if (open) askMiners();
      });
      return button;
    });
    containers.forEach((one, i) => {
      const button = map.children[i];
      button.dataset.id = one.id;
      button.className = one.word;
      button.setAttribute('aria-pressed', String(open === one.id));
      say(button.children[0], one.id);
      say(button.children[1], t.word[one.word]);
      const until = one.maintenance_until ? t.until(clock(one.maintenance_until)) : '';
      say(button.children[2], until || (one.at === null ? '' : `${one.answering} / ${one.miners}`));
    });
    const counts = {};
    for (const { word } of containers) counts[word] = (counts[word] ?? 0) + 1;
    say(
      $('legend'),
      Object.entries(counts)
        .map(([word, count]) => `${count} ${t.word[word]}`)
        .join(' · '),
    );
  }

  function showDetail(t, containers) {
    const one = containers.find(({ id }) => id === open);
    $('detail').hidden = !one;
    if (!one) return;
    say($('detail-label'), one.id);
    const facts = [t.word[one.word], t.of(one.answering, one.miners)];
    if (one.cooling) facts.push(t.cooling[one.cooling]);
    if (one.at !== null) facts.push(t.took(one.took_ms), clock(one.at));
    say($('detail-more'), facts.join(' · '));
    const grid = $('grid');
    if (miners === null || miners.container !== open) {
      grid.replaceChildren();
      return;
    }
    grid.style.setProperty('grid-template-columns', `repeat(${miners.columns}, var(--cell))`);
    fit(grid, miners.miners.length, () => {
      const button = document.createElement('button');
      button.type = 'button';
      button.addEventListener('click', () => {
        chosen = button.dataset.id;
        show();
      });
      return button;
    });
    miners.miners.forEach((miner, i) => {
      const cell = grid.children[i];
      cell.dataset.id = miner.id;
      cell.className = miner.status;
      cell.style.setProperty('grid-area', `${miner.row} / ${miner.column}`);
      say(cell, SIGNS[miner.status] ?? '');
      cell.setAttribute('aria-label', `${miner.id} ${t.miner[miner.status] ?? miner.status}`);
      cell.title = miner.id;
    });
    const miner = miners.miners.find(({ id }) => id === chosen);
    say($('miner'), miner ? minerWords(t, miner) : t.tap);
  }

  function minerWords(t, miner) {
    const words = [miner.id, t.miner[miner.status] ?? miner.status, miner.address];
    if (miner.model) words.push(miner.model);
    if (miner.hashrateThs !== null) words.push(`${number(miner.hashrateThs)} TH/s`);
    if (miner.temperatureC !== null) words.push(`${number(miner.temperatureC)} °C`);
    return words.join(' · ');
  }

  function showDoctor(t, doctor) {
    if (doctor === null) {
      say($('doctor-sum'), t.first);
      return;
    }
    const counts = { ok: 0, warning: 0, error: 0, skipped: 0 };
    for (const { outcome } of doctor.findings) counts[outcome]++;
    say($('doctor-sum'), t.sum(counts));
    const order = ['error', 'warning', 'skipped'];
    const bad = doctor.findings
      .filter(({ outcome }) => outcome !== 'ok')
      .sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
    const good = doctor.findings.filter(({ outcome }) => outcome === 'ok');
    list($('doctor'), bad, t);
    list($('well'), good, t);
    say($('well-label'), t.well(good.length));
  }

  function list(parent, findings, t) {
    const key = JSON.stringify([language, findings]);
    if (parent.dataset.key === key) return;
    parent.dataset.key = key;
    parent.replaceChildren();
    for (const { check, outcome, title, code, what, cause, next } of findings) {
      const item = child(parent, 'li', outcome, '');
      child(item, 'span', 'state', t.outcome[outcome]);
      child(item, 'span', 'name', `${title[language]} `).append(
        Object.assign(document.createElement('code'), { textContent: check }),
      );
      child(item, 'span', 'what', what[language]);
      if (cause) child(item, 'span', 'more quiet', t.cause + cause[language]);
      if (next) child(item, 'span', 'more', `${t.next}${next[language]}${code ? ` (${code})` : ''}`);
    }
  }

  async function askMiners() {
    if (!open) return;
    const id = open;
    const answer = await fetch(`/miners.json?container=${encodeURIComponent(id)}`);
    if (!answer.ok || open !== id) return;
    miners = await answer.json();
    show();
  }

  async function ask() {
    try {
      const answer = await fetch('/page.json', { signal: AbortSignal.timeout(5000) });
      // The session has ended, or the agent waits for its site file: its page is another one now.
      if (answer.status === 401 || answer.status === 404) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      data = await answer.json();
      $('offline').hidden = true;
      show();
      await askMiners();
    } catch {
      say($('offline'), WORDS[language].gone);
      $('offline').hidden = false;
    }
    setTimeout(ask, EVERY_MS);
  }

  $('language').addEventListener('click', () => {
    language = language === 'fr' ? 'en' : 'fr';
    show();
  });
  $('close').addEventListener('click', () => {
    open = null;
    show();
  });
  show();
  ask();
})();
