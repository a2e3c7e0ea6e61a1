import type { ObjectInput } from '../../api/object.ts';

export const ROOT_CA_CONFIG_MAP = 'kube-root-ca.crt';
export const DESCRIPTION_ANNOTATION = 'kubernetes.io/description';

const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Stands for the certificate of the cluster's authority: nothing here checks certificates. */
export const ROOT_CA = `-----BEGIN CERTIFICATE-----
cGxheWdyb3VuZCBjbHVzdGVyIGNlcnRpZmljYXRlIGF1dGhvcml0eQ==
-----END CERTIFICATE-----
`;

/** The ConfigMap that every namespace gets. @see pkg/controller/certificates/rootcacertpublisher/publisher.go syncNamespace */
export const rootCAConfigMap = (namespace: string): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: ROOT_CA_CONFIG_MAP, namespace, annotations: { [DESCRIPTION_ANNOTATION]: DESCRIPTION } },
  data: { 'ca.crt': ROOT_CA },
});
