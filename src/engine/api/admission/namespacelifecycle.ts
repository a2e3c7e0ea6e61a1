import { forbidden, notFound } from '../errors.ts';
import type { AdmissionPlugin } from '../kind.ts';
import type { Namespace } from '../object.ts';
import { NAMESPACES } from '../tables.ts';

const IMMORTAL: readonly string[] = ['default', 'kube-system', 'kube-public'];

/**
 * Nothing is created in a namespace that is not there or is going away; three namespaces cannot be deleted.
 * @see staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go
 */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  admitCreate: (object, definition, { ctx }) => {
    const { namespace, name = '' } = object.metadata;
    if (!definition.namespaced || namespace === undefined) return object;
    const found = ctx.live<Namespace>(NAMESPACES, namespace);
    if (!found) throw notFound({ plural: 'namespaces', group: '', kind: 'Namespace' }, namespace);
    if (found.status?.phase === 'Terminating') {
      throw forbidden(
        definition,
        name,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      );
    }
    return object;
  },
  validateDelete: ({ metadata }, definition) => {
    if (definition.group === '' && definition.kind === 'Namespace' && IMMORTAL.includes(metadata.name)) {
      throw forbidden(definition, metadata.name, 'this namespace may not be deleted');
    }
  },
};
