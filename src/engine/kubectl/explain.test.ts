import { describe, expect, it } from 'vitest';
import { enumValues, isPublishedAsRequired } from '../api/schema/published.ts';
import { Session } from '../session.ts';

const session = new Session({ spec: { controllers: [] } });

/** What the command prints, or else what it refuses with. */
function explained(words: string): string {
  const { out, err } = session.command(`kubectl explain ${words}`);
  return err === '' ? out : err;
}

describe('kubectl explain', () => {
  it('heads a kind of a group, says what it is and lists its fields by name', () => {
    const lines = explained('sc').split('\n');
    expect(lines.slice(0, 12)).toEqual([
      'GROUP:      storage.k8s.io',
      'KIND:       StorageClass',
      'VERSION:    v1',
      '',
      'DESCRIPTION:',
      '    How volumes of a class are made, bound and reclaimed.',
      '    ',
      'FIELDS:',
      '  allowVolumeExpansion\t<boolean>',
      '    Whether claims may ask for more later.',
      '',
      '  allowedTopologies\t<[]TopologySelectorTerm>',
    ]);
    expect(lines).toContain('  provisioner\t<string> -required-');
    expect(lines.slice(-3)).toEqual(['', '', '']);
  });

  it('lists the values of a field, in the list and on its own', () => {
    expect(explained('sc')).toContain(
      '  volumeBindingMode\t<string>\n  enum: Immediate, WaitForFirstConsumer\n    Immediate: a volume at once. WaitForFirstConsumer: when a pod needs it,\n    where the pod goes.\n',
    );
    expect(explained('sc.volumeBindingMode')).toBe(
      [
        'GROUP:      storage.k8s.io',
        'KIND:       StorageClass',
        'VERSION:    v1',
        '',
        'FIELD: volumeBindingMode <string>',
        'ENUM:',
        '    Immediate',
        '    WaitForFirstConsumer',
        '',
        'DESCRIPTION:',
        '    Immediate: a volume at once. WaitForFirstConsumer: when a pod needs it,',
        '    where the pod goes.',
        '    ',
        '',
        '',
      ].join('\n'),
    );
  });

  it('lists four values and says that there are more', () => {
    expect(explained('pod.spec.volumes.hostPath')).toContain(
      '  type\t<string>\n  enum: "", BlockDevice, CharDevice, Directory, ....\n',
    );
  });

  it('goes through lists and maps, with two empty lines where a field has no values', () => {
    expect(explained('pod.spec.containers.volumeMounts')).toContain(
      'VERSION:    v1\n\nFIELD: volumeMounts <[]VolumeMount>\n\n\nDESCRIPTION:\n    Where volumes of the pod appear as directories.\n    \nFIELDS:\n',
    );
    expect(explained('pvc.spec.resources.requests')).toContain('FIELD: requests <map[string]Quantity>\n');
    expect(explained('pvc.metadata.creationTimestamp')).toContain('FIELD: creationTimestamp <string>\n');
  });

  it('has placeholders where there is nothing to say', () => {
    expect(explained('pod.spec.dnsConfig')).toContain('  nameservers\t<[]string>\n    <no description>\n\n');
    expect(explained('pod.spec.dnsConfig.nameservers')).toContain('DESCRIPTION:\n    <empty>\n');
  });

  it('prints only names and types of all fields within with --recursive', () => {
    const lines = explained('pvc.spec.selector --recursive').split('\n');
    expect(lines.slice(lines.indexOf('FIELDS:'))).toEqual([
      'FIELDS:',
      '  matchExpressions\t<[]LabelSelectorRequirement>',
      '    key\t<string> -required-',
      '    operator\t<string> -required-',
      '    values\t<[]string>',
      '  matchLabels\t<map[string]string>',
      '',
      '',
    ]);
  });

  it('says what it does not know', () => {
    expect(explained('pvc.spec.size')).toBe('error: field "size" does not exist\n');
    expect(explained('pvc.spec.accessModes.x')).toBe('error: field "x" does not exist\n');
    expect(explained('boxes')).toBe('error: the server doesn\'t have a resource type "boxes"\n');
    expect(explained('pvc -o yaml')).toBe('error: unrecognized format: yaml\n');
  });
});

describe('what OpenAPI says beyond types', () => {
  it('asks for less than validation', () => {
    expect(isPublishedAsRequired('core.Container', 'name')).toBe(true);
    expect(isPublishedAsRequired('core.Container', 'image')).toBe(false);
    expect(isPublishedAsRequired('constructor', 'name')).toBe(false);
  });

  it('lists the values of types that are marked so', () => {
    expect(enumValues('core.TaintEffect')).toEqual(['NoExecute', 'NoSchedule', 'PreferNoSchedule']);
    expect(enumValues('storage.FSGroupPolicy')).toEqual([]);
  });
});
