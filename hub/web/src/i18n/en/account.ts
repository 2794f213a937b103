export const account = {
  title: 'Your account',
  prove: 'Your password, please',
  proveMeans: 'This change needs your password, so that a page left open is not enough. It then counts for 15 minutes.',
  goOn: 'Go on',
};
