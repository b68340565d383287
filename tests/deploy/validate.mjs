// Checks Kubernetes objects as an API server with strict field validation would: types, required fields and formats with the schemas that
// kubernetes-models compiled from the OpenAPI documents of Kubernetes and of the CRDs, unknown fields with the types it declares.
// Standard input: a JSON array of objects. Standard output: a JSON array of complaints, empty when all are well.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const packages = {
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

const models = join(dirname(fileURLToPath(import.meta.url)), 'node_modules');
const files = new Map();

function moduleOf({ apiVersion, kind }) {
  return `${packages[apiVersion.split('/')[0]] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
}

// What a declaration file declares, and what its names mean.
function open(path) {
  if (!files.has(path)) {
    const source = ts.createSourceFile(path, readFileSync(`${path}.d.ts`, 'utf8'), ts.ScriptTarget.Latest);
    const file = { path, declared: new Map(), imported: new Map(), exported: new Map() };
    for (const statement of source.statements) {
      if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
        file.declared.set(statement.name.text, statement);
      } else if (ts.isImportDeclaration(statement)) {
        for (const name of statement.importClause?.namedBindings?.elements ?? []) {
          file.imported.set(name.name.text, statement.moduleSpecifier.text);
        }
      } else if (ts.isExportDeclaration(statement)) {
        for (const name of statement.exportClause?.elements ?? []) {
          file.exported.set(name.name.text, (name.propertyName ?? name.name).text);
        }
      }
    }

    files.set(path, file);
  }

  return files.get(path);
}

function resolve(file, name) {
  const local = file.declared.get(file.exported.get(name) ?? name);
  if (local) {
    return { file, node: local };
  }

  const target = file.imported.get(name);
  if (!target) {
    throw new Error(`${file.path} does not say what ${name} is`);
  }

  const path = target.startsWith('.') ? join(dirname(file.path), target) : join(models, target);
  return resolve(open(path.replace(/\.js$/, '')), name);
}

// The fields of a value that its type does not have.
function unknown(value, file, type, path) {
  if (value === null || typeof value !== 'object') {
    return [];
  }

  if (ts.isTypeReferenceNode(type)) {
    const name = type.typeName.text;
    if (name === 'Array') {
      return value.flatMap?.((item, index) => unknown(item, file, type.typeArguments[0], `${path}/${index}`)) ?? [];
    }

    const target = resolve(file, name);
    return ts.isTypeAliasDeclaration(target.node)
      ? unknown(value, target.file, target.node.type, path)
      : unknownOf(value, fieldsOf(target.file, target.node), path);
  }

  if (ts.isTypeLiteralNode(type)) {
    return unknownOf(value, fieldsOf(file, type), path);
  }

  if (ts.isUnionTypeNode(type)) {
    const complaints = type.types.map(one => unknown(value, file, one, path));
    return complaints.reduce((best, one) => one.length < best.length ? one : best);
  }

  return [];
}

// Name → type of an object's fields, inherited ones included; "" for those of any name.
function fieldsOf(file, node) {
  const fields = new Map();
  for (const parent of (node.heritageClauses ?? []).flatMap(clause => clause.types)) {
    if (parent.expression.text !== 'TypeMeta') {
      const target = resolve(file, parent.expression.text);
      fieldsOf(target.file, target.node).forEach((field, name) => fields.set(name, field));
    }
  }

  for (const member of node.members) {
    if (ts.isPropertySignature(member)) {
      fields.set(member.name.text, { file, type: member.type });
    } else if (ts.isIndexSignatureDeclaration(member)) {
      fields.set('', { file, type: member.type });
    }
  }

  return fields;
}

function unknownOf(value, fields, path) {
  return Object.entries(value).flatMap(([key, item]) => {
    const field = fields.get(key) ?? fields.get('');
    return field ? unknown(item, field.file, field.type, `${path}/${key}`) : [`${path}/${key} is not known`];
  });
}

async function complaintsOf(object) {
  const where = `${object.apiVersion} ${object.kind} ${object.metadata?.name}`;
  const module = moduleOf(object);
  const schema = await import(module).catch(() => null);
  if (!schema) {
    return [`${where}: there is no such kind`];
  }

  const complaints = [];
  try {
    new schema[object.kind](object).validate();
  } catch (error) {
    complaints.push(...(error.errors?.map(one => `${one.instancePath} ${one.message}`) ?? [error.message]));
  }

  const file = open(join(models, module));
  complaints.push(...unknownOf(object, fieldsOf(file, resolve(file, `I${object.kind}`).node), ''));
  return complaints.map(complaint => `${where}: ${complaint}`);
}

const objects = JSON.parse(readFileSync(0, 'utf8'));
const complaints = [];
for (const object of objects) {
  complaints.push(...await complaintsOf(object));
}

process.stdout.write(JSON.stringify(complaints));
