import { describe, expect, it } from 'vitest';
import { asCli, asCurl, asPython, fieldOf, parseManifest, toJson, toYaml, withField } from './manifest';

const TEXT = 'kind: Job\nmetadata: { name: a, project: demo }\nspec:\n  script: |\n    echo "EOF"\n    EOF\n  tasks: 3\n  network: { latency: 15ms }\n';
const doc = parseManifest(TEXT).doc!;

describe('a manifest', () => {
  it('is the same in YAML and JSON', () => {
    expect(parseManifest(toYaml(doc)).doc).toEqual(doc);
    expect(parseManifest(toJson(doc)).doc).toEqual(doc);
  });
  it('says where it is wrong', () => {
    expect(parseManifest('kind: Job\nmetadata: [').wrong?.line).toBeGreaterThan(1);
    expect(parseManifest('kind: Site').wrong).toEqual({});
    expect(parseManifest('').wrong).toBeDefined();
  });
  it('changes one field, and takes out what becomes empty', () => {
    expect(fieldOf(doc, 'spec.network.latency')).toBe('15ms');
    const less = withField(doc, 'spec.network.latency', '');
    expect(less.spec.network).toBeUndefined();
    expect(withField(less, 'spec.network.latency', '15ms').spec.network).toEqual({ latency: '15ms' });
    expect(doc.spec.network).toEqual({ latency: '15ms' });
    expect(fieldOf(doc, 'spec.nothing.here')).toBeUndefined();
  });
});

describe('copies', () => {
  it('end their text where it does not end itself', () => {
    expect(asCli(TEXT)).toBe(`jw submit -f - <<'EOF'\n${TEXT}EOF\n`);
    expect(asCli('a\nEOF\nb')).toContain("<<'EOF_'");
  });
  it('name the server', () => {
    expect(asCurl(TEXT, 'https://jw.example')).toContain("-X POST 'https://jw.example/v1/jobs'");
    expect(asPython(doc, 'https://jw.example')).toContain('"https://jw.example/v1/jobs"');
  });
  it('are Python where Python differs from JSON', () => {
    const text = asPython({ ...doc, spec: { ...doc.spec, interruptible: true, exclusive: false } } as never, 'x');
    expect(text).toContain('"interruptible": True');
    expect(text).toContain('"exclusive": False');
  });
});
