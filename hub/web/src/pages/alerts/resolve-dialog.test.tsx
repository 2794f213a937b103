// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { ApiProblem } from '../../api/http.ts';
import { startLanguages } from '../../i18n/index.ts';
import { ResolveDialog } from './resolve-dialog.tsx';

beforeAll(() => startLanguages('en'));
afterEach(cleanup);

function open({ holds = false, error = null }: { holds?: boolean; error?: Error | null } = {}) {
  const [onSubmit, onSilence, onClose] = [vi.fn(), vi.fn(), vi.fn()];
  render(<ResolveDialog title="Resolve" isBusy={false} {...{ holds, error, onSubmit, onSilence, onClose }} />);
  return { onSubmit, onSilence, onClose };
}
const offered = () => screen.queryByText('Silence instead');

it('what was done is told along', () => {
  const { onSubmit } = open();
  const note = screen.getByLabelText('What was done?');
  fireEvent.change(note, { target: { value: ' Pump replaced ' } });
  fireEvent.submit(note);
  expect(onSubmit).toHaveBeenCalledWith('Pump replaced');
  expect(offered()).toBeNull();
});

it('a refusal is shown with its words, and a silence is offered', () => {
  const error = new ApiProblem({
    code: 'conflict',
    status: 409,
    title: 'Not now',
    detail: 'The condition still holds',
  });
  const { onSilence } = open({ error });
  expect(screen.getByText('The condition still holds')).toBeDefined();
  fireEvent.click(screen.getByText('Silence instead'));
  expect(onSilence).toHaveBeenCalledOnce();
});

it('a fault that is there is told before anybody is refused', () => {
  open({ holds: true });
  expect(screen.getByText(/The fault is still there/)).toBeDefined();
  expect(offered()).not.toBeNull();
});

it('another failure is no reason for a silence', () => {
  open({ error: new ApiProblem({ code: 'unreachable', status: 0, title: 'The hub does not answer' }) });
  expect(screen.getByText('The hub does not answer')).toBeDefined();
  expect(offered()).toBeNull();
});
