import '@xyflow/react/dist/base.css';
import './graph.css';
import { ReactFlow, ReactFlowProvider, type ReactFlowState, useStore, ViewportPortal } from '@xyflow/react';
import { memo, type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import { chainOf } from '../model/chain.ts';
import { EVERYTHING, type Filter, type Grouping, isFiltering, structureIn } from '../model/filter.ts';
import { shownGroups } from '../model/filterGroups.ts';
import { frameOf } from '../model/frame.ts';
import { type Layout, layoutOf, plansOf } from '../model/layout.ts';
import { momentAt } from '../model/moment.ts';
import { railChain } from '../model/rail.ts';
import type { Replica } from '../model/replica.ts';
import type { Scene } from '../model/scene.ts';
import { SceneCache } from '../model/sceneCache.ts';
import { type Structure, structureOf } from '../model/structure.ts';
import { gapFor } from '../model/viewport.ts';
import { CardNode, type SlotNode } from './CardNode.tsx';
import { offerView } from './commands.ts';
import { Edges } from './Edges.tsx';
import { EmptyGraph } from './EmptyGraph.tsx';
import { FoldButtons } from './FoldButtons.tsx';
import { HoverCard } from './HoverCard.tsx';
import { Legend } from './Legend.tsx';
import { measureIn, NAME_FONT, SMALL_FONT } from './measure.ts';
import { RELAYOUT_MS } from './motion.ts';
import { Rail } from './Rail.tsx';
import { RailLines } from './RailLines.tsx';
import { GraphContext, type GraphContextValue, SceneStore, useLines } from './sceneStore.ts';
import { slotViews } from './slotViews.ts';
import { useCalmVersion } from './useCalmVersion.ts';
import { useCloserLook } from './useCloserLook.ts';
import { useGraphKeys } from './useGraphKeys.ts';
import { useGroups } from './useGroups.ts';
import { useObjectMenu } from './useObjectMenu.tsx';
import { useSize } from './useSize.ts';
import { useTranslate } from './useTranslate.ts';
import { type GraphView, useView } from './useView.ts';

export interface StorageGraphProps {
  /** Its name where there is more than one. */
  readonly label?: string;
  readonly replica: Replica;
  /** The replica's version: tells that the recording has grown or was cut. */
  readonly version: number;
  readonly step: number;
  /** How far the picture has come from the step before to `step`, 0 to 1; 1 at rest. */
  readonly fraction: number;
  readonly selected: ObjectId | null;
  readonly onSelect: (id: ObjectId | null) => void;
  readonly playing: boolean;
  /** Shows end states at once, underlines what changed and moves nothing by itself. */
  readonly reducedMotion: boolean;
  /** Chains in which nothing matches are left out. */
  readonly filter?: Filter;
  readonly groupBy?: Grouping;
  /** What stands at the left of the bar. */
  readonly tools?: ReactNode;
  /** What is shown where the filter leaves nothing. */
  readonly noMatch?: ReactNode;
  /** The group that is shown whole; the others are a line each, and `onPresent` gets the one that is clicked. */
  readonly presented?: string | undefined;
  /** The zoom that a presented group has where there is room. */
  readonly presentedZoom?: number | undefined;
  readonly onPresent?: (group: string) => void;
  /** Shows a namespace as a list: there are too many objects for a graph. */
  readonly onList?: (namespace: string) => void;
  /** Inside of another page: a narrow one has no lane of workloads. */
  readonly isEmbedded?: boolean;
}

const NODE_TYPES = { slot: CardNode };

/** The picture of the cluster's storage at a step: lanes from workload to backend volume. */
export function StorageGraph(props: StorageGraphProps): ReactNode {
  return (
    <ReactFlowProvider>
      <GraphPanel {...props} />
    </ReactFlowProvider>
  );
}

function GraphPanel(props: StorageGraphProps): ReactNode {
  const { replica, step, fraction, selected, onSelect, reducedMotion, presented, onPresent } = props;
  const version = useCalmVersion(replica, props.version);
  const { filter = EVERYTHING, groupBy = 'owner' } = props;
  const t = useTranslate();
  const canvas = useRef<HTMLDivElement>(null);
  const size = useSize(canvas);
  const [hovered, setHovered] = useState<string>();
  const [focused, setFocused] = useState<string>();
  const [showsLegend, setShowsLegend] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  const structure = useMemo(
    () => structureIn(structureOf(replica), filter.namespace),
    [replica, version, filter.namespace],
  );
  const shown = useShownGroups(replica, structure, step, filter, groupBy);
  const isNarrow = props.isEmbedded === true && size.width > 0 && size.width < NARROW;
  const gap = presented === undefined && !isNarrow ? gapFor(size.width) : 1;
  const groups = useGroups({ replica, structure, step, selected: selected ?? undefined, shown, groupBy });
  const { open, setOpen } = groups;
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const layout = useMemo(
    () => layoutOf(replica, structure, { gap, open, groupBy, shown, presented, isNarrow }),
    [replica, version, structure, gap, open, groupBy, shown, presented, isNarrow],
  );
  const scenes = useMemo(
    () => new SceneCache(replica, structure, layout, selected ?? undefined),
    [replica, structure, layout, selected],
  );
  const scene = scenes.at(step);
  const isMoving = fraction < 1 && step > 0 && !reducedMotion;
  const before = isMoving ? scenes.at(step - 1) : scene;
  const shownFraction = isMoving ? fraction : 1;
  const frame = useMemo(
    () => frameOf(replica, before, scene, shownFraction, reducedMotion),
    [replica, before, scene, shownFraction, reducedMotion],
  );
  const chain = useChain(scene, hovered);
  const closer = useCloserLook(hovered);
  const store = useMemo(() => new SceneStore(), []);
  const tabStop = tabStopOf(scene, focused, selected);

  useLayoutEffect(() => {
    store.publish(
      slotViews({ before, after: scene, frame, selected, chain, tabStop, reducedMotion, fraction: shownFraction }),
    );
  }, [store, before, scene, frame, selected, chain, tabStop, reducedMotion, shownFraction]);
  const labelled = props.presentedZoom !== undefined;
  useLayoutEffect(() => store.publishLines({ frame, chain, labelled }), [store, frame, chain, labelled]);

  const canFold = presented === undefined && layout.detail !== 'full';
  const menu = useObjectMenu(scene.moment);
  const chainOfSelected = (): ReadonlySet<ObjectId> | undefined =>
    selected === null
      ? undefined
      : scene.moment.structure.elements.has(selected)
        ? chainOf(scene, selected)
        : undefined;
  const view = useView(layout, size, selected, chainOfSelected, reducedMotion, props.presentedZoom);
  useEffect(() => offerView(view), [view]);
  const onKeyDown = useGraphKeys({
    scene,
    onFocus: setFocused,
    view,
    onFold: canFold ? setOpen : undefined,
    onMenu: menu.open,
    onDismiss: closer.slot === undefined ? undefined : closer.dismiss,
  });
  const context = useMemo<GraphContextValue>(
    () => ({
      store,
      measureName: measureIn(NAME_FONT),
      measureSmall: measureIn(SMALL_FONT),
      onSelect,
      onHover: setHovered,
      onFocus: setFocused,
      onOpen: (group) => {
        if (presented !== undefined) onPresent?.(group);
        else if (layout.detail === 'lanes')
          props.onList?.(layout.groups.find(({ id }) => id === group)?.namespace ?? '');
        else setOpen(group, true);
      },
      onMenu: menu.open,
      lines: presented === undefined && (layout.detail === 'folded' || layout.detail === 'lanes') ? 'bars' : 'words',
      laneX: layout.laneX,
      isFlowing: layout.laneX.workload < 0,
    }),
    [store, onSelect, presented, onPresent, layout, props.onList, setOpen, menu.open],
  );

  return (
    <section className="graph" aria-label={props.label ?? t('graph.region')} data-legend={showsLegend}>
      <Toolbar
        tools={props.tools}
        objects={layout.objects}
        view={view}
        showsLegend={showsLegend}
        onLegend={() => setShowsLegend(!showsLegend)}
      />
      <Rail moment={scene.moment} selected={selected} onSelect={onSelect} onHover={setHovered} />
      <LaneHeadings layout={layout} />
      <GraphContext value={context}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up from the cards, which take the focus */}
        <div className="canvas" ref={canvas} onKeyDown={onKeyDown}>
          <Flow
            layout={layout}
            view={view}
            reducedMotion={reducedMotion}
            groupBy={groupBy}
            onSelect={onSelect}
            onFold={canFold ? setOpen : undefined}
          />
          {closer.slot !== undefined && <HoverCard scene={scene} slot={closer.slot} />}
          {layout.slots.length === 0 && isFiltering(filter) && props.noMatch}
          {layout.slots.length === 0 && !isFiltering(filter) && <EmptyGraph />}
        </div>
      </GraphContext>
      {chain !== undefined && <RailLines scene={scene} chain={chain} />}
      {menu.element}
      <Legend />
    </section>
  );
}

interface FlowProps {
  readonly layout: Layout;
  readonly view: GraphView;
  readonly reducedMotion: boolean;
  readonly groupBy: Grouping;
  readonly onSelect: (id: ObjectId | null) => void;
  /** Folds an open group; undefined where groups do not fold. */
  readonly onFold: ((group: string, isOpen: false) => void) | undefined;
}

/** The canvas: drawn anew with the layout and the view, not with a step. */
const Flow = memo(function Flow({ layout, view, reducedMotion, groupBy, onSelect, onFold }: FlowProps): ReactNode {
  const zoom = useStore(zoomOf);
  const isRelaying = useRelayout(layout, reducedMotion);
  const nodes = useMemo<SlotNode[]>(
    () =>
      layout.slots.map((slot) => ({
        id: slot.id,
        type: 'slot',
        position: { x: slot.x, y: slot.y },
        width: slot.w,
        height: slot.h,
        data: { slot: slot.id, width: slot.w, group: slot.group },
        draggable: false,
        selectable: false,
        connectable: false,
        focusable: false,
        deletable: false,
        ...(slot.shape === 'pill' ? { zIndex: 2 } : {}),
      })),
    [layout],
  );
  const onPaneClick = useCallback(() => onSelect(null), [onSelect]);
  return (
    <div className="world" data-detail={detailOf(zoom)} data-relayout={isRelaying} data-motion={!reducedMotion}>
      <ReactFlow<SlotNode>
        nodes={nodes}
        edges={[]}
        nodeTypes={NODE_TYPES}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panOnScroll
        zoomOnDoubleClick={false}
        minZoom={0.2}
        maxZoom={2.5}
        onMoveStart={view.onMoveStart}
        onPaneClick={onPaneClick}
      >
        <ViewportPortal>
          <Separators layout={layout} groupBy={groupBy} />
          {onFold !== undefined && <FoldButtons layout={layout} onFold={onFold} />}
          <Lines />
        </ViewportPortal>
      </ReactFlow>
    </div>
  );
});

function Lines(): ReactNode {
  const { frame, chain, labelled } = useLines();
  return <Edges still={frame.still} moving={frame.moving} balls={frame.balls} chain={chain} labelled={labelled} />;
}

const zoomOf = (state: ReactFlowState): number => state.transform[2];
const shiftOf = (state: ReactFlowState): number => state.transform[0];

/** How much of a card can be read at a zoom. */
function detailOf(zoom: number): string {
  if (zoom < 0.35) return 'tile';
  if (zoom < 0.55) return 'name';
  return zoom < 0.8 ? 'two' : 'three';
}

const HEADINGS = {
  owner: { named: 'graph.namespace', other: 'graph.noNamespace' },
  namespace: { named: 'graph.namespace', other: 'graph.noNamespace' },
  class: { named: 'graph.sectionClass', other: 'graph.sectionNoClass' },
  node: { named: 'graph.sectionNode', other: 'graph.sectionNoNode' },
} as const;

/** Hairlines between groups, and what they are grouped by. */
function Separators({ layout, groupBy }: { readonly layout: Layout; readonly groupBy: Grouping }): ReactNode {
  const t = useTranslate();
  const left = Math.max(layout.laneX.workload, 12);
  const { named, other } = HEADINGS[groupBy];
  return (
    <div className="seps" aria-hidden="true">
      {layout.groups.map(({ id, y, heading, follows }, index) => {
        const top = y - 6 - (heading === undefined ? 0 : 20);
        return (
          <div key={id}>
            {index > 0 && !follows && <i className="sep" style={{ top, left, width: layout.width - left - 12 }} />}
            {heading !== undefined && (
              <span className="ns" style={{ top: top + 5, left }}>
                {heading === '' ? t(other) : t(named, { name: heading })}
              </span>
            )}
          </div>
        );
      })}
    </div>
  );
}

function LaneHeadings({ layout }: { readonly layout: Layout }): ReactNode {
  const t = useTranslate();
  const zoom = useStore(zoomOf);
  const shift = useStore(shiftOf);
  const names = {
    workload: t('graph.laneWorkload'),
    pod: t('graph.lanePod'),
    claim: t('graph.laneClaim'),
    pv: t('graph.lanePv'),
    volume: t('graph.laneVolume'),
  };
  return (
    <div className="lanes">
      {(['workload', 'pod', 'claim', 'pv', 'volume'] as const).map((lane) => (
        <span key={lane} style={{ left: layout.laneX[lane] * zoom + shift }}>
          {names[lane]}
        </span>
      ))}
    </div>
  );
}

interface ToolbarProps {
  readonly tools: ReactNode;
  readonly objects: number;
  readonly view: GraphView;
  /** In a low window the legend is there on demand. */
  readonly showsLegend: boolean;
  readonly onLegend: () => void;
}

function Toolbar({ tools, objects, view, showsLegend, onLegend }: ToolbarProps): ReactNode {
  const t = useTranslate();
  const zoom = useStore(zoomOf);
  return (
    <div className="bar">
      {tools}
      <span className="push" />
      <span className="faint object-count">{t('graph.objects', { count: objects })}</span>
      <button type="button" className="btn legend-toggle" aria-pressed={showsLegend} onClick={onLegend}>
        {t('graph.legend')}
      </button>
      <button type="button" className="btn" onClick={view.fit}>
        {t('graph.fit')}
      </button>
      <button type="button" className="btn icon zoom-step" aria-label={t('graph.zoomOut')} onClick={view.zoomOut}>
        −
      </button>
      <button type="button" className="btn zoom" title={t('graph.zoomReset')} onClick={view.zoomReset}>
        {Math.round(zoom * 100)}%
      </button>
      <button type="button" className="btn icon zoom-step" aria-label={t('graph.zoomIn')} onClick={view.zoomIn}>
        +
      </button>
    </div>
  );
}

/** What hangs together with the slot, or with the node or class on the rail, that is looked at. */
function useChain(scene: Scene, hovered: string | undefined): ReadonlySet<ObjectId> | undefined {
  return useMemo(() => {
    if (hovered === undefined) return undefined;
    const card = scene.cards.get(hovered);
    if (card === undefined) return scene.moment.at(hovered) === undefined ? undefined : railChain(scene, hovered);
    return card.life === 'alive' && card.shape !== 'folded' ? chainOf(scene, card.id) : undefined;
  }, [scene, hovered]);
}

/** Below this width there is no room for the lane of the workloads. */
const NARROW = 640;

/** Ids of the groups that the filter leaves; the same set as long as it holds the same ones, so that nothing is laid out anew. */
function useShownGroups(
  replica: Replica,
  structure: Structure,
  step: number,
  filter: Filter,
  groupBy: Grouping,
): ReadonlySet<string> | undefined {
  const plans = useMemo(() => plansOf(replica, structure, groupBy), [replica, structure, groupBy]);
  const known = useRef<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    if (!isFiltering(filter)) return undefined;
    const shown = shownGroups(momentAt(replica, structure, step), plans, filter);
    const isSame = shown.size === known.current.size && [...shown].every((id) => known.current.has(id));
    if (!isSame) known.current = shown;
    return known.current;
  }, [replica, structure, plans, step, filter]);
}

/** The one card that the tab key stops at: the one that had the focus, else the selected, else the first. */
function tabStopOf(scene: Scene, focused: string | undefined, selected: ObjectId | null): string | undefined {
  if (focused !== undefined && scene.cards.has(focused)) return focused;
  const slot = selected === null ? undefined : scene.layout.slotOf.get(selected)?.id;
  if (slot !== undefined && scene.cards.has(slot)) return slot;
  return scene.layout.slots.find((candidate) => scene.cards.has(candidate.id))?.id;
}

/** True for a moment after the places changed, so that cards slide there. */
function useRelayout(layout: Layout, reducedMotion: boolean): boolean {
  const [relaid, setRelaid] = useState<Layout>();
  const first = useRef(layout);
  useEffect(() => {
    if (first.current === layout || reducedMotion) return;
    first.current = layout;
    setRelaid(layout);
    const timer = setTimeout(() => setRelaid(undefined), RELAYOUT_MS);
    return () => clearTimeout(timer);
  }, [layout, reducedMotion]);
  return relaid === layout;
}
