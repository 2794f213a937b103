import { useMutation, useQueryClient } from '@tanstack/react-query';

/** Does something to alerts; everything on the screen that tells of them is then asked again. */
export function useChange<Said, Answer>(doIt: (said: Said) => Promise<Answer>, onDone?: (answer: Answer) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: doIt,
    onSuccess: (answer) => onDone?.(answer),
    // After a refusal as well: it tells that something is otherwise than it looks.
    onSettled: () => {
      for (const key of ['alerts', 'alert', 'alert-timeline', 'figures'])
        void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}
