//! Contents between real folders and a real S3 server, with everything going wrong.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod moving;
#[cfg(test)]
mod room;
