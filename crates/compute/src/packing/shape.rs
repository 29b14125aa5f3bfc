//! What nodes have and what pods ask for.

/// Devices of one node at most.
pub const DEVICES_MOST: usize = 8;
/// Models of one pool at most: a pod's models are bits of a word.
pub const MODELS_MOST: usize = 64;
/// One whole device, in thousandths.
pub const WHOLE: u16 = 1000;

/// Free thousandths of each device of a node, in the order of the devices.
pub type Devices = [u16; DEVICES_MOST];

/// Why a node or a pod cannot be packed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackingError {
    #[error("gpu: {0} devices in one node; at most {DEVICES_MOST} are held")]
    Devices(u64),
    #[error(
        "gpu_milli: {0} thousandths of a device; a part is 1 to {WHOLE}, and several devices are taken whole"
    )]
    Part(u64),
    #[error("model: more than {MODELS_MOST} models in one pool")]
    Models,
}

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Ties are broken by it.
    pub name: String,
    pub cpu_milli: u32,
    pub memory_mib: u32,
    /// Below [`MODELS_MOST`]; what the number means is the caller's matter.
    pub model: u8,
    pub devices: u8,
}

impl Node {
    /// # Errors
    /// More devices or models than are held.
    pub const fn check(&self) -> Result<(), PackingError> {
        if self.devices as usize > DEVICES_MOST {
            return Err(PackingError::Devices(self.devices as u64));
        }
        if self.model as usize >= MODELS_MOST {
            return Err(PackingError::Models);
        }
        Ok(())
    }

    /// All devices free.
    #[must_use]
    pub fn whole(&self) -> Devices {
        std::array::from_fn(|device| if device < usize::from(self.devices) { WHOLE } else { 0 })
    }
}

/// What a pod asks for. Pods of one shape are the same to every policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape {
    pub cpu_milli: u32,
    pub memory_mib: u32,
    /// Devices; none for a pod of CPU only.
    pub devices: u8,
    /// Of each device, 1 to [`WHOLE`]; less than that only of one device.
    pub part_milli: u16,
    /// Bit `m`: the model `m` will do.
    pub models: u64,
}

impl Shape {
    /// # Errors
    /// More devices than a node holds, or a part that is none.
    pub const fn check(&self) -> Result<(), PackingError> {
        if self.devices as usize > DEVICES_MOST {
            return Err(PackingError::Devices(self.devices as u64));
        }
        let is_part = match self.devices {
            0 => true,
            1 => 0 < self.part_milli && self.part_milli <= WHOLE,
            _ => self.part_milli == WHOLE,
        };
        if is_part { Ok(()) } else { Err(PackingError::Part(self.part_milli as u64)) }
    }

    /// Thousandths of devices in all.
    #[must_use]
    pub const fn device_milli(&self) -> u32 {
        self.devices as u32 * self.part_milli as u32
    }

    #[must_use]
    pub const fn permits(&self, model: u8) -> bool {
        self.devices == 0 || self.models >> model & 1 == 1
    }
}
