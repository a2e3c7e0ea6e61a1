import { describe, expect, it } from 'vitest';
import { checkFields, decodingError } from './check.ts';
import { kindsWithSchema, schemaOf } from './types.ts';

const claim = (spec: unknown): Record<string, unknown> => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'c' },
  spec,
});

function errorOf(apiVersion: string, kind: string, value: unknown): string | undefined {
  return decodingError(checkFields(apiVersion, kind, value));
}

describe('strict decoding', () => {
  it('finds nothing wrong with a good object, and nulls are absent', () => {
    const spec = {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi', x: 5 } },
      storageClassName: null,
      selector: { matchLabels: { a: 'b' } },
    };
    expect(checkFields('v1', 'PersistentVolumeClaim', claim(spec))).toEqual([]);
  });

  it('names unknown fields in alphabetical order at each level, as kubectl sends them', () => {
    const value = { ...claim({ zoo: 1, foo: { deep: 1 }, resources: { limit: {} } }), extra: 1 };
    const problems = checkFields('v1', 'PersistentVolumeClaim', value);
    expect(decodingError(problems)).toBe(
      'strict decoding error: unknown field "extra", unknown field "spec.foo", unknown field "spec.resources.limit", unknown field "spec.zoo"',
    );
    expect(problems.map((problem) => problem.path)).toEqual([
      ['extra'],
      ['spec', 'foo'],
      ['spec', 'resources', 'limit'],
      ['spec', 'zoo'],
    ]);
  });

  it('counts list positions in the path, and names of fields are case-sensitive', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{}, { name: 'a', Image: 'x' }] } };
    expect(errorOf('v1', 'Pod', pod)).toBe('strict decoding error: unknown field "spec.containers[1].Image"');
  });

  it.each<[string, unknown, string]>([
    [
      'PersistentVolumeClaim',
      claim({ accessModes: 'ReadWriteOnce' }),
      'json: cannot unmarshal string into Go struct field PersistentVolumeClaimSpec.spec.accessModes of type []v1.PersistentVolumeAccessMode',
    ],
    [
      'ConfigMap',
      { data: { a: 1 } },
      'json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    [
      'Pod',
      { spec: { containers: [{ ports: [{ containerPort: '80' }] }] } },
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [
      'Pod',
      { spec: { terminationGracePeriodSeconds: 1.5 } },
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
    ],
    [
      'Pod',
      { spec: { volumes: [{ hostPath: '/x' }] } },
      'json: cannot unmarshal string into Go struct field Volume.spec.volumes.hostPath of type v1.HostPathVolumeSource',
    ],
    ['Pod', { spec: [] }, 'json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec'],
    [
      'Pod',
      { metadata: { labels: { a: true } } },
      'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    ['Secret', { data: { a: 'not base64!' } }, 'illegal base64 data at input byte 3'],
    [
      'PersistentVolume',
      { spec: { capacity: { storage: '10GB' } } },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      'Pod',
      { metadata: { creationTimestamp: 'today' } },
      'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"',
    ],
    ['Pod', 'text', 'json: cannot unmarshal string into Go value of type v1.Pod'],
  ])('%s: a value of the wrong type is refused', (kind, value, message) => {
    expect(errorOf('v1', kind, value)).toBe(message);
  });

  it('reports a wrong type rather than unknown fields, and a malformed quantity rather than both', () => {
    const value = claim({ foo: 1, accessModes: 'x', resources: { requests: { storage: '1 Gi' } } });
    const problems = checkFields('v1', 'PersistentVolumeClaim', value);
    expect(problems.map((problem) => problem.type)).toEqual(['wrongType', 'unknownField', 'malformed']);
    expect(decodingError(problems)).toMatch(/^quantities must match/);
  });

  it('accepts everything where the API takes any JSON', () => {
    const managedFields = [{ fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': {} } }];
    expect(checkFields('v1', 'Pod', { metadata: { managedFields } })).toEqual([]);
    expect(checkFields('apps/v1', 'ControllerRevision', { data: [1, 'x'] })).toEqual([]);
  });
});

describe('the schema', () => {
  it('has every kind that it names, each with metadata', () => {
    for (const [apiVersion, kind] of kindsWithSchema()) {
      expect(schemaOf(apiVersion, kind)?.fields.get('metadata')?.type.go).toBe('v1.ObjectMeta');
    }
  });

  it('is that of 1.36', () => {
    const fields = (kind: string): readonly string[] => {
      const spec = schemaOf('storage.k8s.io/v1', kind)?.fields.get('spec')?.type;
      return spec?.kind === 'struct' ? [...spec.fields.keys()] : [];
    };
    expect(fields('CSIDriver')).toContain('serviceAccountTokenInSecrets');
    expect(schemaOf('storage.k8s.io/v1', 'VolumeAttributesClass')).toBeDefined();
    expect(schemaOf('v1', 'Nothing')).toBeUndefined();
    expect(checkFields('example.com/v1', 'Foo', { anything: 1 })).toEqual([]);
  });
});
