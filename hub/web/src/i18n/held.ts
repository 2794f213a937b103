/** French texts with the spaces held that must not break: before `: ; ? ! »` and after `«`. */
export function held<Texts>(texts: Texts): Texts {
  if (typeof texts === 'string') return texts.replace(/ ([:;?!»])/g, '\u00a0$1').replace(/« /g, '«\u00a0') as Texts;
  return Object.fromEntries(Object.entries(texts as object).map(([key, value]) => [key, held(value)])) as Texts;
}
