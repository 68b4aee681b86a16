import { augmentationPlugin } from '@distiller/augmentation';
import type { Plugin } from '@distiller/core';
import { dataPlugin } from '@distiller/data';
import { enginePlugin } from '@distiller/engine';
import { onnxEnginePlugin } from '@distiller/engine-onnx';
import { matchingPlugin } from '@distiller/matching';
import { objectivesPlugin } from '@distiller/objectives';
import { studentsPlugin } from '@distiller/students';
import { teachersPlugin } from '@distiller/teachers';
import { transformerPlugin } from '@distiller/transformer';

/** What a recipe may name without a `plugins` entry. */
export const builtInPlugins: readonly Plugin[] = [
  enginePlugin,
  onnxEnginePlugin,
  dataPlugin,
  transformerPlugin,
  teachersPlugin,
  studentsPlugin,
  matchingPlugin,
  objectivesPlugin,
  augmentationPlugin,
];
