import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Json } from "../../../parts/json.js";
import { type Path, pathText } from "./paths.js";
import type { Definitions } from "./schema.js";

/** What all fields of a form share. */
export interface FormContext {
  /** Begins the ids of the form's elements. */
  id: string;
  defs: Definitions;
  /** What is wrong, by path. */
  errors: ReadonlyMap<string, readonly string[]>;
  /** Sets the value at a path; undefined removes it. */
  change: (path: Path, value: Json | undefined) => void;
}

const Context = createContext<FormContext | undefined>(undefined);

export const FormProvider = Context.Provider;

/** The form that a field is in. */
export function useForm(): FormContext {
  return useContext(Context)!;
}

/** A field as its part of the form needs it. */
export interface FieldProps {
  path: Path;
  value: Json | undefined;
  /** Whether the member may not be left out. */
  isRequired: boolean;
}

/** The attributes that tie a control to its label and its errors. */
export function useControl(path: Path): { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean | undefined } {
  const form = useForm();
  const has = form.errors.has(pathText(path));
  return { id: idOf(form, path), "aria-describedby": has ? `${idOf(form, path)}-errors` : undefined, "aria-invalid": has ? true : undefined };
}

/** The id of a field's control. */
export function idOf(form: FormContext, path: Path): string {
  return `${form.id}-${path.map(String).join("/")}`;
}
