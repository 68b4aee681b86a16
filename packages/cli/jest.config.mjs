import preset from '../../tools/jest/preset.mjs';

// Half of all tests' time, and the last of them: both of two cores.
export default { ...preset, displayName: '@distiller/cli', maxWorkers: 2 };
