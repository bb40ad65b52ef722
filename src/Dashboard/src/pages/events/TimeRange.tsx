import { useState } from "preact/hooks";

const PRESETS = [["", "Any time"], ["15m", "Last 15 minutes"], ["1h", "Last hour"], ["6h", "Last 6 hours"], ["24h", "Last 24 hours"], ["7d", "Last 7 days"]] as const;

interface TimeRangeProps {
  since: string;
  until: string;
  onChange: (since: string, until: string) => void;
}

/** A range of time: an age, or a beginning and an end in local time. */
export function TimeRange({ since, until, onChange }: TimeRangeProps) {
  const isPreset = until === "" && PRESETS.some(([value]) => value === since);
  const [isChoosing, setChoosing] = useState(false);
  const isOwn = !isPreset || isChoosing;
  return (
    <>
      <select aria-label="Time" value={isOwn ? "own" : since} onChange={({ currentTarget: { value } }) => {
        setChoosing(value === "own");
        if (value !== "own") {
          onChange(value, "");
        }
      }}>
        {PRESETS.map(([value, name]) => <option key={value} value={value}>{name}</option>)}
        <option value="own">From … to …</option>
      </select>
      {isOwn && (
        <span class="range">
          <input type="datetime-local" step="1" aria-label="From" value={toLocal(since)} onChange={({ currentTarget: { value } }) => onChange(toUtc(value), until)} />
          <span aria-hidden="true">–</span>
          <input type="datetime-local" step="1" aria-label="To" value={toLocal(until)} onChange={({ currentTarget: { value } }) => onChange(since, toUtc(value))} />
        </span>
      )}
    </>
  );
}

// The field has local time without a zone.
function toLocal(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? "" : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function toUtc(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().replace(".000", "");
}
