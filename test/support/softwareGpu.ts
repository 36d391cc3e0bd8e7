// A software GPU for WebGPU: SwiftShader, which comes with Chromium.
import { installPackages } from './debianPackages.ts';

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Its attention is wrong for passes over more rows. */
export const softwareGpuRows = 31;

/** Installs it if need be, and has the runtime of this process find it; to be called before the first session on WebGPU. */
export function useSoftwareGpu(): void {
  installPackages(['chromium', 'libvulkan1']);
  // read by the Vulkan loader when the runtime first looks for a GPU
  process.env.VK_DRIVER_FILES = driver;
  process.env.VK_ICD_FILENAMES = driver;
}
