// One call of the API: what it does, how curl makes it, and a form to try it.
import { useId, useState } from "preact/hooks";
import { address } from "../api/address";
import { Radios } from "../parts/radios";
import { example, kindOf, type Call, type Contents, type Schema } from "./description";
import { Outcome, type Answered } from "./outcome";
import { bodyTypes, curl, FORM, init, JSON_TYPE, target, type Filled } from "./request";

interface Props {
  call: Call;
  types: Record<string, Schema>;
  needsToken: boolean;
}

const BODIES: Record<string, string> = { [FORM]: "Form", [JSON_TYPE]: "JSON", "audio/mpeg": "Whole body" };

export function CallView({ call, types, needsToken }: Props) {
  const { method, path, operation } = call;
  const content = operation.requestBody?.content;
  const bodies = bodyTypes(content);
  const [filled, setFilled] = useState<Filled>(() => {
    const type = bodies[0] ?? null;
    return { parameters: {}, type, fields: fieldsOf(type, content, types) };
  });
  const [answered, setAnswered] = useState<Answered | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();

  const begin = (type: string | null) => setFilled({ parameters: filled.parameters, type, fields: fieldsOf(type, content, types) });
  const set = (name: string, value: string | readonly File[]) =>
    setFilled({ ...filled, fields: { ...filled.fields, [name]: value } });
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      setAnswered({ response: await fetch(address(target(call, filled)), init(call, filled)) });
    } catch {
      setAnswered({ failure: "The server does not answer." });
    } finally {
      setBusy(false);
    }
  };
  const shown = filled.type === FORM ? Object.entries(content![FORM]!.schema!.properties ?? {}) : [];
  return (
    <section class="card call" aria-labelledby={id}>
      <h3 id={id}><code>{method} {path}</code> <span>{operation.summary}</span></h3>
      <p>{operation.description}</p>
      <pre class="curl" tabIndex={0} role="region" aria-label={`curl: ${operation.summary}`}>{curl(call, filled, address("."), needsToken && path !== "/v1/health")}</pre>
      <details>
        <summary>Try it<span class="unseen">: {operation.summary}</span></summary>
        <form onSubmit={(event) => void send(event)}>
          {(operation.parameters ?? []).map((parameter) => (
            <Field key={parameter.name} name={parameter.name} schema={parameter.schema} about={parameter.description} required={parameter.required === true}>
              {(props) => (
                <Value
                  {...props}
                  schema={parameter.schema}
                  types={types}
                  value={filled.parameters[parameter.name] ?? ""}
                  changed={(value) => setFilled({ ...filled, parameters: { ...filled.parameters, [parameter.name]: value } })}
                />
              )}
            </Field>
          ))}
          {bodies.length > 1 && (
            <Radios
              legend="How the file is sent"
              options={bodies.map((type) => [type, BODIES[type] ?? type] as const)}
              value={filled.type ?? ""}
              chosen={begin}
            />
          )}
          {shown.map(([name, schema]) => (
            <Field key={name} name={name} schema={schema} about={schema.description} required={content![FORM]!.schema!.required?.includes(name) === true}>
              {(props) => kindOf(schema).endsWith("file") ? (
                <input {...props} type="file" multiple={schema.type === "array"} onChange={(event) => set(name, [...(event.currentTarget.files ?? [])])} />
              ) : (
                <Value {...props} schema={schema} types={types} value={String(filled.fields[name] ?? "")} changed={(value) => set(name, value)} />
              )}
            </Field>
          ))}
          {filled.type === JSON_TYPE && (
            <Field name="body" schema={content![JSON_TYPE]!.schema ?? {}} required>
              {(props) => <textarea {...props} rows={6} spellcheck={false} value={String(filled.fields[""])} onInput={(event) => set("", event.currentTarget.value)} />}
            </Field>
          )}
          {filled.type === "audio/mpeg" && (
            <Field name="body" schema={{ format: "binary" }} required>
              {(props) => <input {...props} type="file" onChange={(event) => set("", [...(event.currentTarget.files ?? [])])} />}
            </Field>
          )}
          <div class="actions"><button type="submit" class="primary" disabled={busy}>{busy ? "Sending …" : "Send"}</button></div>
        </form>
        {answered && <Outcome answered={answered} call={operation.summary} />}
      </details>
      <details>
        <summary>Answers<span class="unseen"> of {operation.summary}</span></summary>
        <dl class="statuses">
          {Object.entries(operation.responses).map(([status, { description, content: kinds }]) => (
            <div key={status}>
              <dt>{status}</dt>
              <dd>{description} <span class="soft">{[...new Set(Object.values(kinds ?? {}).map(({ schema }) => kindOf(schema)))].filter(Boolean).join(", ")}</span></dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}

/** The fields of a body of a type, to begin with. */
function fieldsOf(type: string | null, content: Contents | undefined, types: Record<string, Schema>): Filled["fields"] {
  if (type === null) return {};
  const schema = content?.[type]?.schema;
  if (type === JSON_TYPE) return { "": JSON.stringify(example(schema, types), null, 2) };
  return type === FORM ? Object.fromEntries((schema?.required ?? []).map((name) => [name, []])) : { "": [] };
}

interface FieldProps {
  name: string;
  schema: Schema;
  about?: string | undefined;
  required: boolean;
  children: (props: { id: string; required: boolean; "aria-describedby": string }) => preact.ComponentChild;
}

function Field({ name, schema, about, required, children }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{name} <span class="soft">{required ? "" : "optional, "}{kindOf(schema)}</span></label>
      {children({ id, required, "aria-describedby": `${id}-about` })}
      <p class="hint" id={`${id}-about`}>{about}</p>
    </div>
  );
}

interface ValueProps {
  id: string;
  required: boolean;
  "aria-describedby": string;
  schema: Schema;
  types: Record<string, Schema>;
  value: string;
  changed: (value: string) => void;
}

/** A text, or one of the values that a type allows. */
function Value({ schema, types, value, changed, ...props }: ValueProps) {
  const options = (schema.$ref === undefined ? schema : types[kindOf(schema)])?.enum;
  if (options !== undefined) {
    return (
      <select {...props} value={value} onChange={(event) => changed(event.currentTarget.value)}>
        <option value="" />
        {options.map((option) => <option key={option}>{option}</option>)}
      </select>
    );
  }
  const usual = schema.default === undefined || schema.default === null ? "" : String(schema.default);
  return <input {...props} type="text" placeholder={usual} value={value} onInput={(event) => changed(event.currentTarget.value)} />;
}
