import { useEffect } from "react";
import { useGraphiQL } from "@graphiql/react";

/** ActiveTab keeps the active tab in sight where there are more tabs than room for them. */
export function ActiveTab() {
  const index = useGraphiQL((state) => state.activeTabIndex);
  useEffect(() => {
    document.getElementById(`graphiql-session-tab-${index}`)?.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [index]);
  return null;
}
