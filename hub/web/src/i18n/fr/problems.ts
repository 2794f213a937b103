import type { problems as english } from '../en/problems.ts';
import type { Translated } from '../translated.ts';

export const problems: Translated<typeof english> = {
  unreachable: 'Le hub ne répond pas',
  unreadable: 'Le hub a répondu autre chose que prévu',
  failed: 'Ceci n’a pas pu être chargé',
  requestId: 'Requête {{id}}',
  forbidden: 'Votre rôle ne donne pas accès à ceci. Demandez à {{role}}.',
  needed: 'Il faut le rôle {{roles}} ; le vôtre est {{role}}.',
  missing: 'Il n’y a rien ici, ou rien que vous puissiez voir.',
  back: 'Retour à la synthèse',
  page: 'Cette page n’existe pas',
};
