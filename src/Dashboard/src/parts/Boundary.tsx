import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { Failure } from "./Failure.js";

/**
 * Shows why a page cannot be drawn in its place, so that it is never blank.
 *
 * @param place Where the reader is. Elsewhere, the failure is forgotten.
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
      <Failure failure={failure} what="Something in it is not as this page expects" />
      <p class="buttons"><button type="button" class="btn" onClick={retry}>Try again</button></p>
    </>
  );
}
