import { type Check, well } from '../check.ts';
import { grouped, size, span, text } from '../text.ts';

const bufferSize: Check = {
  id: 'buffer.size',
  group: 'buffer',
  title: text('Outbox', "File d'attente"),
  connectivity: false,
  dependsOn: ['service.running'],
  holdS: 0,
  codes: {
    E3601: {
      title: text('The outbox cannot keep readings', "La file d'attente ne peut garder les mesures"),
      cause: text('the disk is full or failing', 'le disque est plein ou défaillant'),
      next: text(
        'Free space or change the disk; nothing that was kept is lost',
        'Libérez de la place ou changez le disque ; rien de gardé n’est perdu',
      ),
    },
    E3602: {
      title: text('The outbox is full and thins old readings', "La file est pleine et éclaircit d'anciennes mesures"),
      cause: text('the hub took nothing for long', "le siège n'a rien pris depuis longtemps"),
      next: text('Restore the line, or raise outbox.max_size', 'Rétablissez la liaison, ou augmentez outbox.max_size'),
    },
    W3603: {
      title: text('The outbox fills', "La file d'attente se remplit"),
      cause: text('the hub took nothing for long', "le siège n'a rien pris depuis longtemps"),
      next: text('Restore the line, or raise outbox.max_size', 'Rétablissez la liaison, ou augmentez outbox.max_size'),
    },
  },
  run: ({ running, outboxMaxBytes }) => {
    if (!running) return null;
    const { trouble, held } = running.poller.kept;
    if (trouble !== null)
      return {
        code: 'E3601',
        what: text(`refuses readings (${trouble}), ${held} in memory`, `refuse (${trouble}), ${held} en mémoire`),
      };
    if (running.outbox === null) return { code: 'E3601', what: text('cannot be read', 'illisible') };
    const { batches, bytes } = running.outbox;
    const share = outboxMaxBytes ? bytes / outboxMaxBytes : 0;
    const used = size(bytes);
    const part = outboxMaxBytes ? ` (${Math.round(100 * share)} %)` : '';
    const what = text(
      `${grouped(batches)} batches wait, ${used.en}${part}`,
      `${grouped(batches)} lots en attente, ${used.fr}${part}`,
    );
    if (share > 0.95) return { code: 'E3602', what };
    return share > 0.7 ? { code: 'W3603', what } : well(what);
  },
};

const bufferAge: Check = {
  id: 'buffer.age',
  group: 'buffer',
  title: text('Oldest reading waiting', 'Mesure la plus ancienne'),
  connectivity: false,
  dependsOn: ['service.running', 'buffer.size'],
  holdS: 60,
  codes: {
    W3604: {
      title: text('Readings have waited for long', 'Des mesures attendent depuis longtemps'),
      cause: text(
        'the hub was not reached, or the backlog is still on its way',
        "le siège était injoignable, ou l'arriéré est en route",
      ),
      next: text('See: hearst-agent outbox status', 'Voir : hearst-agent outbox status'),
    },
    E3605: {
      title: text('Readings are about to be thinned', 'Des mesures vont être éclaircies'),
      cause: text(
        'they waited for more than 60 h; beyond 72 h the oldest are thinned when room is needed',
        'plus de 60 h ; au-delà de 72 h les plus anciennes sont éclaircies',
      ),
      next: text('Restore the line to the hub', 'Rétablissez la liaison au siège'),
    },
  },
  run: ({ running, now }) => {
    const oldest = running?.outbox?.oldest_at ?? null;
    if (!running?.outbox) return null;
    if (oldest === null) return well(text('none waits', 'aucune'));
    const s = (now - Date.parse(oldest)) / 1000;
    const age = span(s);
    if (s > 60 * 3600) return { code: 'E3605', what: age };
    return s > 900 ? { code: 'W3604', what: age } : well(age);
  },
};

const bufferGrowth: Check = {
  id: 'buffer.growth',
  group: 'buffer',
  title: text('Growth', 'Croissance'),
  connectivity: false,
  dependsOn: ['service.running', 'buffer.size'],
  holdS: 300,
  codes: {
    W3606: {
      title: text('The outbox grows although the hub is connected', 'La file croît alors que le siège est connecté'),
      cause: text('the line or the hub is slower than the site', 'la liaison ou le siège est plus lent que le site'),
      next: text('Tell headquarters', 'Prévenez le siège'),
    },
    E3607: {
      title: text('Readings were lost', 'Des mesures ont été perdues'),
      cause: text(
        'the disk refused them for longer than memory could hold them',
        'le disque les a refusées plus longtemps que la mémoire ne pouvait les tenir',
      ),
      next: text('See the disk: hearst-agent doctor --only disk', 'Voir le disque : hearst-agent doctor --only disk'),
    },
  },
  run: ({ running, trend }) => {
    if (!running) return null;
    const { lost_readings: lost } = running.poller.kept;
    if (lost > 0)
      return { code: 'E3607', what: text(`${grouped(lost)} since the start`, `${grouped(lost)} depuis le démarrage`) };
    if (trend === null) return null;
    const time = span(trend.s);
    const grown = size(Math.max(0, trend.bytes));
    const what = text(
      `${trend.batches >= 0 ? '+' : ''}${grouped(trend.batches)} batches, ${grown.en} in ${time.en}`,
      `${trend.batches >= 0 ? '+' : ''}${grouped(trend.batches)} lots, ${grown.fr} en ${time.fr}`,
    );
    const sending = running.hub.phase === 'sending';
    const batches = running.outbox?.batches ?? 0;
    return sending && trend.batches > 20 && batches > 100 ? { code: 'W3606', what } : well(what);
  },
};

export const BUFFER_CHECKS: readonly Check[] = [bufferSize, bufferAge, bufferGrowth];
