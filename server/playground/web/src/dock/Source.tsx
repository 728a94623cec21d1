import { protocol } from "../words";

/** Source names a source, and its protocol when it is known. */
export function Source({ name, kind }: { name: string; kind?: string | undefined }) {
  const label = protocol(kind);
  return (
    <span className="weft-source">
      {label && <span className={`weft-protocol weft-protocol-${kind}`}>{label}</span>}
      <span className="weft-source-name" title={name}>
        {name}
      </span>
    </span>
  );
}
