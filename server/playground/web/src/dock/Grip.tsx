import { useRef, type KeyboardEvent, type PointerEvent } from "react";

const least = 120;
const step = 32;

/** Grip is the upper edge of the dock, which a pointer drags and arrow keys move. A height of 0 is the style's own. */
export function Grip({ height, onChange }: { height: number; onChange: (height: number) => void }) {
  const grip = useRef<HTMLDivElement>(null);
  const most = () => Math.max(least, window.innerHeight - 200);
  const resize = (to: number) => onChange(Math.round(Math.min(Math.max(to, least), most())));
  const drag = (event: PointerEvent) => {
    if (grip.current?.hasPointerCapture(event.pointerId)) {
      const bottom = grip.current.parentElement?.getBoundingClientRect().bottom ?? window.innerHeight;
      resize(bottom - event.clientY);
    }
  };
  const move = (event: KeyboardEvent) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (direction) {
      event.preventDefault();
      resize((grip.current?.parentElement?.offsetHeight ?? height) + direction * step);
    }
  };
  return (
    <div
      ref={grip}
      className="weft-grip"
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of plan, waterfall and mapping"
      aria-valuenow={height || undefined}
      aria-valuemin={least}
      tabIndex={0}
      onPointerDown={(event) => grip.current?.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onDoubleClick={() => onChange(0)}
      onKeyDown={move}
    />
  );
}
