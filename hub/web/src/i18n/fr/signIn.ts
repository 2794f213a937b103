import type { signIn as english } from '../en/signIn.ts';
import type { Translated } from '../translated.ts';

export const signIn: Translated<typeof english> = {
  title: 'Connexion',
  email: 'E-mail',
  password: 'Mot de passe',
  code: 'Code du second facteur',
  submit: 'Se connecter',
  show: 'Afficher le mot de passe',
  hide: 'Masquer le mot de passe',
  tagline: 'Chaque conteneur, chaque mineur, chaque site',
  invitation: 'Bienvenue',
  choose: 'Choisissez un mot de passe pour commencer.',
  newPassword: 'Nouveau mot de passe',
  again: 'Le même mot de passe, encore une fois',
  differ: 'Les deux mots de passe diffèrent.',
  start: 'Commencer',
  change: 'Choisir un nouveau mot de passe',
  current: 'Mot de passe actuel',
  rule: '12 caractères au moins ; plusieurs mots font un bon mot de passe.',
  oneTime: 'Le mot de passe à usage unique qui vous a été remis, ou que le hub a affiché à son premier démarrage.',
  duty: 'Un nouveau mot de passe est à choisir avant tout le reste.',
};
