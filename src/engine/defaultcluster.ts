/** The cluster that a text gets which brings none: what the page's `cluster` tab holds at first. */
export const DEFAULT_CLUSTER = `apiVersion: playground/v1
kind: Cluster
metadata: {name: default}
spec:
  nodes:
  - {name: node-1, zone: zone-a, region: region-1}
  - {name: node-2, zone: zone-b, region: region-1}
  - {name: node-3, zone: zone-c, region: region-1}
  drivers:
  # A block driver: volumes live in a zone, are attached to one node at a time and staged there.
  - name: disk.csi.example.com
    attachRequired: true
    topologyKeys: [topology.kubernetes.io/zone]
    maxVolumesPerNode: 16
    capabilities:
      plugin: [CONTROLLER_SERVICE, VOLUME_ACCESSIBILITY_CONSTRAINTS]
      controller: [CREATE_DELETE_VOLUME, PUBLISH_UNPUBLISH_VOLUME]
      node: [STAGE_UNSTAGE_VOLUME]
  # A file driver: shared by many nodes, nothing to attach.
  - name: files.csi.example.com
    attachRequired: false
    capabilities:
      plugin: [CONTROLLER_SERVICE]
      controller: [CREATE_DELETE_VOLUME]
      node: []
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
provisioner: disk.csi.example.com
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: shared}
provisioner: files.csi.example.com
volumeBindingMode: Immediate
`;
