import type { wall as english } from '../en/wall.ts';
import type { Translated } from '../translated.ts';

export const wall: Translated<typeof english> = {
  hint: 'Mur · Échap pour quitter · f pour le plein écran',
  lost: 'Connexion perdue · dernière image {{time}}',
};
