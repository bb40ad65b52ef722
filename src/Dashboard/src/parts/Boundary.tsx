import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { Failure } from "./Failure.js";

/**
 * Shows an error in place of a page that cannot be drawn, so that the window is never blank.
 *
 * @param place The current page. The failure is cleared when it changes.
 */
export function Boundary({ place, children }: { place: string; children: ComponentChildren }) {
  const [failure, retry] = useErrorBoundary() as [unknown, () => void];
  useEffect(() => {
    if (failure !== undefined) {
      retry();
    }
  }, [place]);
  return failure === undefined ? <>{children}</> : (
    <>
      <h1>This page cannot be shown</h1>
      <Failure failure={failure} what="This page failed to draw" />
      <p class="buttons"><button type="button" class="btn" onClick={retry}>Try again</button></p>
    </>
  );
}
