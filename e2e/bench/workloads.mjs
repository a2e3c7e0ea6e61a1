// What the page is measured with.

/** Claims of the default class, each with a pod that uses it. */
export const claimsWithPods = (count) =>
  Array.from(
    { length: count },
    (_, i) => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-${i}}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: app-${i}}
spec:
  containers:
  - {name: app, image: app, volumeMounts: [{name: data, mountPath: /data}]}
  volumes:
  - {name: data, persistentVolumeClaim: {claimName: data-${i}}}`,
  ).join('\n---\n');

const DISKS = 64;

/** A cluster in which that many claims can be attached. */
export const clusterFor = (claims) => `apiVersion: playground/v1
kind: Cluster
metadata: {name: bench}
spec:
  nodes:
${Array.from({ length: Math.ceil(claims / (DISKS - 8)) + 2 }, (_, i) => `  - {name: node-${i + 1}, zone: zone-${'abc'[i % 3]}, region: region-1}`).join('\n')}
  drivers:
  - name: disk.csi.example.com
    attachRequired: true
    topologyKeys: [topology.kubernetes.io/zone]
    maxVolumesPerNode: ${DISKS}
    capabilities:
      plugin: [CONTROLLER_SERVICE, VOLUME_ACCESSIBILITY_CONSTRAINTS]
      controller: [CREATE_DELETE_VOLUME, PUBLISH_UNPUBLISH_VOLUME]
      node: [STAGE_UNSTAGE_VOLUME]
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
provisioner: disk.csi.example.com
volumeBindingMode: WaitForFirstConsumer
`;

/** A text that stands for 9^8 items. */
export const aliasBomb = () => {
  const lists = [...'bcdefgh'].map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`);
  return `a: &a [x, x, x, x, x, x, x, x, x]\n${lists.join('\n')}\n`;
};
