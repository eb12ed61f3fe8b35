// Reads shaders (a JSON array of WGSL on stdin) as Firefox and wgpu-native do, and translates them for Direct3D, Metal and
// Vulkan. Prints what is wrong.
import { readFileSync } from 'node:fs'
import { parseWgsl, validate, writeHlsl, writeMsl, writeSpirv } from 'naga-wasm'

for (const text of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    const shader = parseWgsl(text)
    const info = validate(shader)
    writeHlsl(shader, info, { shaderModel: '6_0' })
    writeMsl(shader, info)
    writeSpirv(shader, info)
    info.free()
    shader.free()
  } catch (e) {
    console.log(e.formatted ?? e.stack)
  }
}
