import { count } from '../../config/fault.ts';
import { minersOf } from '../../config/site.ts';
import { type Check, well } from '../check.ts';
import { grouped, text, verbatim } from '../text.ts';

const config: Check = {
  id: 'config',
  group: 'config',
  title: text('Site file', 'Fichier du site'),
  connectivity: false,
  dependsOn: [],
  holdS: 0,
  codes: {
    E3201: {
      title: text('The site file cannot be used', 'Le fichier du site est inutilisable'),
      cause: text('a slip when it was written', 'une faute de frappe ou de structure'),
      next: text('See every fault: hearst-agent config check', 'Voir les erreurs : hearst-agent config check'),
    },
    W3202: {
      title: text('The site file has warnings', 'Le fichier du site a des avertissements'),
      cause: null,
      next: text('See them: hearst-agent config check', 'Voir : hearst-agent config check'),
    },
  },
  run: ({ config: { file, faults, warnings }, site }) => {
    const [first] = faults;
    if (first) {
      return {
        code: 'E3201',
        what: text(`${count(faults)}: ${first.code} ${first.what}`, `${faults.length} : ${first.code} ${first.what}`),
        next: verbatim(`hearst-agent config check --config ${file}`),
      };
    }
    if (warnings[0]) return { code: 'W3202', what: verbatim(`${warnings[0].code} ${warnings[0].what}`) };
    if (!site) return null;
    const miners = grouped(minersOf(site));
    const { containers, meters } = site;
    return well(
      text(
        `${containers.length} containers, ${miners} miners, ${meters.length} meters`,
        `${containers.length} conteneurs, ${miners} mineurs, ${meters.length} compteurs`,
      ),
    );
  },
};

export const CONFIG_CHECKS: readonly Check[] = [config];
