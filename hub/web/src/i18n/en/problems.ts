export const problems = {
  unreachable: 'The hub does not answer',
  unreadable: 'The hub answered something unexpected',
  failed: 'This could not be loaded',
  requestId: 'Request {{id}}',
  forbidden: 'Your role does not show this. Ask {{role}}.',
  needed: 'It takes the role {{roles}}; yours is {{role}}.',
  missing: 'There is nothing here, or nothing that you may see.',
  back: 'Back to the overview',
  page: 'This page does not exist',
};
