import fc from 'fast-check';

/** Every run tries the same inputs; a search for others is `PROPERTY_SEED=<number> npx vitest run`. */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
