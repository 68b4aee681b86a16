import preset from '../../tools/jest/preset.mjs';

// The last and longest of all tests: both of two cores.
export default { ...preset, displayName: '@distiller/cli', maxWorkers: 2 };
