import type { account as english } from '../en/account.ts';
import type { Translated } from '../translated.ts';

export const account: Translated<typeof english> = {
  title: 'Votre compte',
  prove: 'Votre mot de passe',
  proveMeans:
    'Cette modification exige votre mot de passe, pour qu’une page restée ouverte ne suffise pas. Il vaut ensuite 15 minutes.',
  goOn: 'Continuer',
};
