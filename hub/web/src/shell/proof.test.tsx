// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ApiProblem } from '../api/http.ts';
import { startLanguages } from '../i18n/index.ts';
import { useProof } from '../session/proof.ts';
import { Proof } from './proof.tsx';

beforeAll(() => startLanguages('en'));
beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Change({ call }: { call: () => Promise<string> }) {
  const proved = useProof();
  const [told, setTold] = useState('');
  const run = (): void => void proved(call).then(setTold, (error: Error) => setTold(error.message));
  return (
    <>
      <button type="button" onClick={run}>
        Change
      </button>
      <output data-testid="told">{told}</output>
    </>
  );
}

function show(call: () => Promise<string>): void {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Proof>
        <Change call={call} />
      </Proof>
    </QueryClientProvider>,
  );
  fireEvent.click(screen.getByText('Change'));
}

const REFUSED = new ApiProblem({ code: 'proof_required', status: 403, title: 'Show it again' });
const problem = (status: number, errors: object[]) =>
  new Response(JSON.stringify({ code: 'invalid_request', status, title: 'No', errors }), { status });

it('what the hub refuses for want of a proof is done once the password was shown', async () => {
  const call = vi.fn<() => Promise<string>>().mockRejectedValueOnce(REFUSED).mockResolvedValueOnce('changed');
  const fetched = vi
    .fn<typeof fetch>()
    .mockResolvedValueOnce(problem(422, [{ pointer: '/password', code: 'wrong', message: 'Not your password.' }]))
    .mockResolvedValueOnce(new Response(null, { status: 204 }));
  vi.stubGlobal('fetch', fetched);
  show(call);
  fireEvent.change(await screen.findByLabelText('Password'), { target: { value: 'wrong' } });
  fireEvent.click(screen.getByText('Go on'));
  expect(await screen.findByText('Not your password.')).toBeTruthy();
  expect(call).toHaveBeenCalledTimes(1);
  fireEvent.click(screen.getByText('Go on'));
  await vi.waitFor(() => expect(screen.getByTestId('told').textContent).toBe('changed'));
  expect(screen.queryByLabelText('Password')).toBeNull();
});

it('whoever does not show it is told what was refused', async () => {
  const call = vi.fn<() => Promise<string>>().mockRejectedValue(REFUSED);
  show(call);
  fireEvent.click(await screen.findByText('Cancel'));
  await vi.waitFor(() => expect(screen.getByTestId('told').textContent).toBe('Show it again'));
  expect(call).toHaveBeenCalledTimes(1);
});
