import { readFileSync } from 'node:fs';
import ts from 'typescript';

/**
 * The doc comment of the function that a component file is about, as Markdown: the one called like the component, else the
 * first exported one that has a comment.
 *
 * @param {string} path of the TypeScript file.
 * @param {string} name of the component, kebab-case.
 * @returns {string | undefined}
 */
export function docComment(path, name) {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  const camelName = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  const documented = file.statements.filter(
    (statement) =>
      ts.isFunctionDeclaration(statement) &&
      isExported(statement) &&
      docOf(statement) !== undefined,
  );
  const main = documented.find((statement) => statement.name?.text === camelName) ?? documented[0];
  return main && markdown(docOf(main));
}

function isExported(statement) {
  return ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function docOf(statement) {
  return ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc).at(-1);
}

function markdown(doc) {
  const tags = (doc.tags ?? []).map((tag) => {
    const text = textOf(tag);
    const what = ts.isJSDocParameterTag(tag) ? `\`${tag.name.getText()}\`` : tag.tagName.text;
    return `- ${what}: ${joined(text)}`;
  });
  const text = (ts.getTextOfJSDocComment(doc.comment) ?? '').replace(/^ {4}/gm, '    ');
  return [paragraphs(text), ...(tags.length > 0 ? ['', ...tags] : [])].join('\n');
}

/** TypeScript takes the first word of `@see` for a reference. */
function textOf(tag) {
  const text = ts.getTextOfJSDocComment(tag.comment) ?? '';
  return ts.isJSDocSeeTag(tag) && tag.name ? `${tag.name.getText()} ${text}` : text;
}

/** Formulas, which are indented, become code blocks. */
function paragraphs(text) {
  return text
    .split(/\n{2,}/)
    .map((block) =>
      /^ {4}/.test(block)
        ? ['```text', ...block.split('\n').map((line) => line.replace(/^ {4}/, '')), '```'].join(
            '\n',
          )
        : joined(block),
    )
    .join('\n\n');
}

function joined(text) {
  return text.replace(/\s*\n\s*(?!- )/g, ' ').trim();
}
