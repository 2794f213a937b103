import type { shell as english } from '../en/shell.ts';
import type { Translated } from '../translated.ts';

export const shell: Translated<typeof english> = {
  main: 'Principal',
  breadcrumb: 'Fil d’Ariane',
  overview: 'Synthèse',
  alerts: 'Alertes',
  reports: 'Rapports',
  agents: 'Agents',
  admin: 'Admin',
  more: 'Plus',
  search: 'Rechercher',
  searchFor: 'Conteneur, IP, série, page',
  live: 'En direct',
  reconnecting: 'Connexion perdue, nouvel essai',
  liveHint: 'Les changements arrivent au fil de l’eau',
  toFrench: 'Langue : passer en français',
  toEnglish: 'Langue : passer en anglais',
  theme: 'Thème : {{theme}}',
  themes: { system: 'comme le système', light: 'clair', dark: 'sombre' },
  signOut: 'Se déconnecter',
  account: '{{name}}, {{role}}',
  noHits: 'Rien pour « {{text}} ».',
  hits: { container: 'Conteneur', miner: 'Mineur', project: 'Projet', page: 'Page' },
  openAlerts_one: '{{count}} alerte ouverte',
  openAlerts_many: '{{count}} d’alertes ouvertes',
  openAlerts_other: '{{count}} alertes ouvertes',
};
