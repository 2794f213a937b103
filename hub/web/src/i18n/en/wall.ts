export const wall = {
  hint: 'Wall · Esc leaves · f fills the screen',
  lost: 'Connection lost · last picture {{time}}',
};
